-- Items of local data sets whose rows are no records of people (figures of councils, what was said, members of
-- partnerships, community assets, counts of staff), by supplier and month: how many rows say what they have to, fit
-- together and stand for something of their own, and how late they came.
{% set datasets = {
    'council_indicator': {'name': 'Council figures', 'items': [
        {'item': 'Counts', 'measure': 'known', 'event': 'numerator is not null and denominator is not null'},
        {'item': 'Figure or its counts', 'measure': 'known', 'event': '(numerator is not null and denominator is not null) or value is not null'},
        {'item': 'Indicator', 'measure': 'understood', 'event': "indicator <> 'other'"},
        {'item': 'Group', 'measure': 'understood', 'event': "dimension not in ('other', 'area')"},
        {'item': 'Counts', 'measure': 'plausible', 'among': 'numerator is not null and denominator is not null', 'event': 'numerator <= denominator'},
        {'item': 'Figure beside its counts', 'measure': 'agrees',
            'among': "numerator is not null and denominator > 0 and value is not null and unit in ('%', 'per_1000')",
            'event': "abs(value - numerator * case unit when '%' then 100.0 else 1000.0 end / denominator) <= case unit when '%' then 0.1 else 1.0 end"},
    ]},
    'voice': {'name': 'What people said', 'items': [
        {'item': 'Theme', 'measure': 'known', 'event': 'theme_code is not null or equity_theme is not null'},
        {'item': 'Praise or complaint', 'measure': 'known', 'event': 'sentiment is not null'},
        {'item': 'Stage of care', 'measure': 'known', 'event': 'stage is not null'},
        {'item': 'How many said it', 'measure': 'known', 'event': 'speakers is not null'},
        {'item': 'How many were asked', 'measure': 'known', 'event': 'respondents is not null'},
        {'item': 'How many said it', 'measure': 'plausible', 'among': 'speakers is not null and respondents is not null', 'event': 'speakers between 1 and respondents'},
        {'item': 'Group', 'measure': 'understood', 'event': "dimension <> 'other'"},
    ]},
    'voices_membership': {'name': 'Members of the partnership', 'items': [
        {'item': 'Number of members', 'measure': 'known', 'event': 'members is not null'},
        {'item': 'Group', 'measure': 'understood', 'event': "dimension <> 'other'"},
    ]},
    'community_asset': {'name': 'Community assets', 'items': [
        {'item': 'Communities served', 'measure': 'known', 'event': 'communities is not null'},
        {'item': 'Languages', 'measure': 'known', 'event': 'languages is not null'},
        {'item': 'What it helps with', 'measure': 'known', 'event': 'determinant is not null'},
        {'item': 'Place', 'measure': 'known', 'event': 'area_code is not null or lsoa_code is not null or coalesce(online, \'N\') = \'Y\''},
        {'item': "Owner's consent", 'measure': 'known', 'event': "consent_to_publish in ('Y', 'N')"},
        {'item': 'Who made sure and when', 'measure': 'known', 'event': 'last_verified is not null and verified_by_role is not null'},
        {'item': 'Made sure of in the year before the file came', 'measure': 'recent', 'among': 'last_verified is not null',
            'event': 'last_verified >= a_year_before'},
    ]},
    'workforce': {'name': 'Staff', 'items': [
        {'item': 'Counts', 'measure': 'known', 'event': 'numerator is not null and denominator is not null'},
        {'item': 'Counts', 'measure': 'plausible', 'among': 'numerator is not null and denominator is not null', 'event': 'numerator <= denominator'},
    ]},
} -%}
with
{% for dataset, about in datasets.items() %}
{{ dataset }}_row as (

    select
        staged.*,
        chosen.is_used,
        {{ to_date('substring(chosen.received_at, 1, 10)', 'iso') }} as received_on,
        cast({{ add_months(to_date('substring(chosen.received_at, 1, 10)', 'iso'), -12) }} as date) as a_year_before,
        -- a list that is supplied whole belongs to the month in which it came
        coalesce(
            chosen.row_month,
            cast({{ dbt.date_trunc('month', to_date('substring(chosen.received_at, 1, 10)', 'iso')) }} as date)
        ) as event_month,
        chosen.row_month is not null as is_dated
    from {{ ref('stg_local__' ~ dataset) }} as staged
    inner join {{ ref('int_local_row') }} as chosen
        on
            staged.file_id = chosen.file_id
            and staged.row_number = chosen.row_number
            and chosen.dataset = '{{ dataset }}'
    where chosen.choice_reason not like 'superseded%'

),

{{ dataset }} as (

    select
        lmns_code,
        supplier_code,
        event_month,
        min(received_on) as received_on,
        min(case when is_dated then 1 else 0 end) as is_dated,
        count(*) as rows_held,
        sum(case when is_used then 1 else 0 end) as used
        {%- for item in about['items'] %},
        sum(case when is_used and ({{ item.get('among', 'true') }}) then 1 else 0 end) as among_{{ loop.index }},
        sum(case when is_used and ({{ item.get('among', 'true') }}) and ({{ item.event }}) then 1 else 0 end) as events_{{ loop.index }}
        {%- endfor %}
    from {{ dataset }}_row
    group by lmns_code, supplier_code, event_month

),
{% endfor %}
counted as (

    {% for dataset, about in datasets.items() %}
    {#- the month of a list is that in which it came, and its submission that for which it was asked: they are not the same rows #}
    {%- set people = dataset ~ (' list' if dataset == 'community_asset' else '') %}
    {% for item in about['items'] %}
    {%- set of_some = people ~ '; ' ~ item.item ~ ' ' ~ item.measure %}
    select
        lmns_code,
        supplier_code,
        event_month,
        '{{ about.name }}: {{ item.item | replace("'", "''") }}' as item,
        '{{ item.measure }}' as measure,
        events_{{ loop.index }} as numerator,
        '{{ of_some | replace("'", "''") }}=yes' as numerator_of,
        among_{{ loop.index }} as denominator,
        '{{ (of_some ~ '=yes|no' if item.among else people) | replace("'", "''") }}' as denominator_of,
        {{ "'Of the rows that can tell'" if item.among else "'Of the rows that are used'" }} as detail
    from {{ dataset }}
    where among_{{ loop.index }} > 0
    union all
    {% endfor %}
    select
        lmns_code,
        supplier_code,
        event_month,
        '{{ about.name }}' as item,
        'rows that stand for something of their own' as measure,
        used as numerator,
        '{{ people }}' as numerator_of,
        rows_held as denominator,
        '{{ people }} rows' as denominator_of,
        'The others repeat a row that stands elsewhere and are not counted' as detail
    from {{ dataset }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

received as (

    {% for dataset, about in datasets.items() %}
    select
        lmns_code,
        supplier_code,
        event_month,
        '{{ about.name }}' as item,
        {{ dbt.datediff(month_end('event_month'), 'received_on', 'day') }} as days
    from {{ dataset }}
    where is_dated = 1
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    lmns_code,
    supplier_code as organisation_code,
    'supplier' as organisation_level,
    item,
    measure,
    numerator * 1.0 / denominator as value,
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
from counted
union all
select
    lmns_code,
    supplier_code as organisation_code,
    'supplier' as organisation_level,
    item,
    'days from the end of the month to the file' as measure,
    cast(days as double) as value,
    cast(null as double) as numerator,
    cast(null as varchar) as numerator_of,
    cast(null as double) as denominator,
    cast(null as varchar) as denominator_of,
    event_month as period_start,
    {{ month_end('event_month') }} as period_end,
    case when days <= 62 then 'good' else 'information' end as verdict,
    'Whole histories arrive late by nature: whether a file that was due came is another figure' as detail
from received
