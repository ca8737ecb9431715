-- Items of local records, by supplier and month: how many are known, how many of those filled in are understood or
-- plausible; and of whole files: rows that repeat, how late they came, how many records there were.
{% set records = local_records() %}
with
{% for record, about in records.items() %}
{{ record }} as (

    select
        lmns_code,
        supplier_code,
        {{ about.month }} as event_month,
        count(*) as records
        {%- for item in local_items(record) %},
        sum(case when {{ item.get('filled', item.column ~ ' is not null') }} then 1 else 0 end) as filled_{{ loop.index }},
        sum(case when {{ item.known }} then 1 else 0 end) as known_{{ loop.index }}
        {%- if not item.is_number %},
        sum(case when {{ item.get('invalid', item.column ~ " = 'invalid'") }} then 1 else 0 end) as invalid_{{ loop.index }}
        {%- endif %}
        {%- endfor %}
    from {{ ref(about.model) }}
    group by lmns_code, supplier_code, {{ about.month }}

),
{% endfor %}
item_count as (

    {% for record, about in records.items() %}
    {% for item in local_items(record) %}
    select
        lmns_code,
        supplier_code,
        event_month,
        '{{ about.name }}: {{ item.item | replace("'", "''") }}' as item,
        'known' as measure,
        known_{{ loop.index }} as numerator,
        '{{ people_of(record, item.item ~ '=known') | replace("'", "''") }}' as numerator_of,
        records as denominator,
        '{{ people_of(record) }}' as denominator_of,
        'Filled in with an answer that says something' as detail
    from {{ record }}
    union all
    select
        lmns_code,
        supplier_code,
        event_month,
        '{{ about.name }}: {{ item.item | replace("'", "''") }}' as item,
        '{{ 'plausible' if item.is_number else 'understood' }}' as measure,
        {{ 'known_' ~ loop.index if item.is_number else 'filled_' ~ loop.index ~ ' - invalid_' ~ loop.index }} as numerator,
        '{{ people_of(record, item.item ~ ('=known' if item.is_number else '=known|vague')) | replace("'", "''") }}' as numerator_of,
        filled_{{ loop.index }} as denominator,
        '{{ people_of(record, item.item ~ ('=known|odd' if item.is_number else '=known|vague|odd')) | replace("'", "''") }}' as denominator_of,
        '{{ 'Of the numbers filled in' if item.is_number else 'Of the codes filled in' }}' as detail
    from {{ record }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

received as (

    select
        local_row.lmns_code,
        local_row.supplier_code,
        local_row.dataset,
        local_row.row_month,
        count(*) as records,
        sum(case when local_row.is_used then 1 else 0 end) as used,
        min({{ to_date('substring(local_row.received_at, 1, 10)', 'iso') }}) as received_on
    from {{ ref('int_local_row') }} as local_row
    where
        local_row.row_month is not null
        and local_row.choice_reason not like 'superseded%'
        and local_row.dataset in (
            {%- for about in records.values() %}
            '{{ about.dataset }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )
    group by local_row.lmns_code, local_row.supplier_code, local_row.dataset, local_row.row_month

),

counted as (

    select
        received.*,
        case dataset
            {%- for about in records.values() %}
            when '{{ about.dataset }}' then '{{ about.name }}'
            {%- endfor %}
        end as item,
        sum(used) over (partition by lmns_code, supplier_code, dataset) - used as others,
        count(*) over (partition by lmns_code, supplier_code, dataset) - 1 as other_months
    from received

),

supply as (

    select
        lmns_code,
        supplier_code,
        dataset,
        min(item) as item,
        min(row_month) as first_month,
        max(row_month) as last_month,
        count(*) as months_held
    from counted
    group by lmns_code, supplier_code, dataset

),

every_row as (

    select
        lmns_code,
        supplier_code,
        item,
        measure,
        numerator * 1.0 / nullif(denominator, 0) as value,
        cast(numerator as double) as numerator,
        numerator_of,
        cast(denominator as double) as denominator,
        denominator_of,
        event_month as period_start,
        {{ month_end('event_month') }} as period_end,
        case
            when measure = 'known' then {{ share_verdict('numerator', 'denominator', var('completeness_expected')) }}
            else {{ share_verdict('numerator', 'denominator', '0.98') }}
        end as verdict,
        detail
    from item_count
    union all
    select
        lmns_code,
        supplier_code,
        item,
        'rows that stand for something of their own' as measure,
        used * 1.0 / records as value,
        cast(used as double) as numerator,
        dataset as numerator_of,
        cast(records as double) as denominator,
        concat(dataset, ' rows') as denominator_of,
        row_month as period_start,
        {{ month_end('row_month') }} as period_end,
        {{ share_verdict('used', 'records', '0.99') }} as verdict,
        'The others repeat a record or an event that stands elsewhere and are not counted' as detail
    from counted
    union all
    select
        lmns_code,
        supplier_code,
        item,
        'days from the end of the month to the file' as measure,
        cast({{ dbt.datediff(month_end('row_month'), 'received_on', 'day') }} as double) as value,
        cast(null as double) as numerator,
        cast(null as varchar) as numerator_of,
        cast(null as double) as denominator,
        cast(null as varchar) as denominator_of,
        row_month as period_start,
        {{ month_end('row_month') }} as period_end,
        case
            when {{ dbt.datediff(month_end('row_month'), 'received_on', 'day') }} <= 62 then 'good'
            else 'information'
        end as verdict,
        'Whole histories arrive late by nature: whether a file that was due came is another figure' as detail
    from counted
    where received_on is not null
    union all
    select
        lmns_code,
        supplier_code,
        item,
        'records beside those of another month' as measure,
        -- one decimal and no counts, so that no count can be had from it
        round(used * 1.0 * other_months / nullif(others, 0), 1) as value,
        cast(null as double) as numerator,
        cast(null as varchar) as numerator_of,
        cast(null as double) as denominator,
        cast(null as varchar) as denominator_of,
        row_month as period_start,
        {{ month_end('row_month') }} as period_end,
        case
            when used * 1.0 * other_months between 0.7 * others and 1.5 * others then 'good'
            else 'needs attention'
        end as verdict,
        'Fewer than 0.7 or more than 1.5 times the mean of the supplier''s other months is odd' as detail
    from counted
    where
        other_months >= 3
        and others >= 30 * other_months
    union all
    select
        lmns_code,
        supplier_code,
        item,
        'months with records between the first and the last' as measure,
        months_held * 1.0 / ({{ dbt.datediff('first_month', 'last_month', 'month') }} + 1) as value,
        cast(months_held as double) as numerator,
        cast(null as varchar) as numerator_of,
        {{ dbt.datediff('first_month', 'last_month', 'month') }} + 1.0 as denominator,
        cast(null as varchar) as denominator_of,
        first_month as period_start,
        {{ month_end('last_month') }} as period_end,
        case
            when months_held = {{ dbt.datediff('first_month', 'last_month', 'month') }} + 1 then 'good'
            else 'needs attention'
        end as verdict,
        'A month without a record is missing, not a month without care' as detail
    from supply

)

select
    lmns_code,
    supplier_code as organisation_code,
    'supplier' as organisation_level,
    item,
    measure,
    value,
    numerator,
    numerator_of,
    denominator,
    denominator_of,
    period_start,
    period_end,
    verdict,
    detail
from every_row
