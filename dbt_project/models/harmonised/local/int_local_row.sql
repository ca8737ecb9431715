-- Which rows of local files are used, and why the others are not. Every row of every file stands here once.
-- 1 A file covers the month that its name gives, and any month of which it has at least half as many rows as the
--   fullest file of that supplier. Of the files that cover a month the last received is used.
-- 2 A row in a file that does not cover its month is a late entry and is used beside it.
-- 3 Of rows of one supplier with the same key the last received is used.
-- 4 Of rows about the same event from several suppliers of a system the provider's own is used, else the last.
{%- set tables = {
    'maternity_booking': {'key': ['pregnancy_id'], 'month': 'booking_date', 'provider': 'provider_code',
        'event': ['mother_pseudonym', 'booking_date']},
    'maternity_birth': {'key': ['baby_id'], 'month': 'birth_month', 'provider': 'provider_code',
        'event': ['baby_pseudonym']},
    'neonatal_admission': {'key': ['admission_id'], 'month': 'admission_month', 'provider': 'provider_code',
        'event': ['baby_pseudonym', 'admission_month', 'age_at_admission_days', 'unit_code']},
    'perinatal_mental_health': {'key': ['referral_id'], 'month': 'referral_date', 'provider': 'provider_code',
        'event': ['mother_pseudonym', 'referral_date', 'provider_code']},
    'council_indicator': {'month': 'period_end',
        'key': ['indicator', 'area_code', 'period_start', 'period_end', 'dimension', 'group_code']},
    'voice': {'key': ['voice_id'], 'month': 'period_end'},
    'voice_theme': {'key': ['voice_id'], 'month': 'period_end'},
    'voices_membership': {'month': 'as_at',
        'key': ['group_name', 'as_at', 'member_role', 'dimension', 'group_code', 'area_code']},
    'community_asset': {'key': ['asset_id']},
    'workforce': {'month': 'period_end',
        'key': ['organisation_code', 'period_start', 'period_end', 'staff_group', 'band_cluster', 'ethnic_group',
            'measure', 'survey_question']},
} %}
with held as (

    {% for dataset, rule in tables.items() -%}
    select
        '{{ dataset }}' as dataset,
        file_id,
        row_number,
        lmns_code,
        supplier_code,
        {% if rule.month is defined -%}
        cast({{ dbt.date_trunc('month', rule.month) }} as date) as row_month,
        {% else -%}
        -- a list is supplied whole: the last one received stands for all before it
        cast(null as date) as row_month,
        {% endif -%}
        concat(
            {%- for column in rule.key %}
            coalesce(cast({{ column }} as varchar), ''){{ ", '|', " if not loop.last }}
            {%- endfor %}
        ) as record_key,
        {% if rule.event is defined -%}
        {# the first column names the person: without it nobody can tell whether two rows are one event -#}
        case
            when {{ rule.event[0] }} is not null
                then concat(
                    {%- for column in rule.event %}
                    coalesce(cast({{ column }} as varchar), ''){{ ", '|', " if not loop.last }}
                    {%- endfor %}
                )
        end as event_key,
        coalesce(provider_code = supplier_code, false) as is_providers_own
        {%- else -%}
        cast(null as varchar) as event_key,
        false as is_providers_own
        {%- endif %}
    from {{ ref('stg_local__' ~ dataset) }}
    {%- if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

),

dated as (

    select
        held.*,
        register.received_at,
        local_file.file_month
    from held
    inner join {{ source('register', 'file_register') }} as register
        on held.file_id = register.file_id
    left join {{ ref('stg_register__local_file') }} as local_file
        on
            held.file_id = local_file.file_id
            and held.dataset = local_file.dataset

),

file_month as (

    select
        dataset,
        lmns_code,
        supplier_code,
        row_month,
        file_id,
        max(file_month) as file_month,
        max(received_at) as received_at,
        count(*) as held_rows
    from dated
    group by dataset, lmns_code, supplier_code, row_month, file_id

),

compared as (

    select
        file_month.*,
        max(held_rows) over (partition by dataset, lmns_code, supplier_code, row_month) as fullest_rows
    from file_month

),

covering as (

    select
        compared.*,
        coalesce(row_month = file_month, false) or held_rows >= 0.5 * fullest_rows as is_covered
    from compared

),

ranked_file as (

    select
        covering.*,
        case
            when is_covered then row_number() over (
                partition by dataset, lmns_code, supplier_code, row_month, is_covered
                order by received_at desc, file_id
            )
        end as file_rank
    from covering

),

judged_file as (

    select
        dated.*,
        coalesce(ranked_file.file_rank > 1, false) as is_superseded
    from dated
    inner join ranked_file
        on
            dated.file_id = ranked_file.file_id
            and dated.dataset = ranked_file.dataset
            and dated.lmns_code = ranked_file.lmns_code
            and dated.supplier_code = ranked_file.supplier_code
            and coalesce(dated.row_month, cast('0001-01-01' as date))
            = coalesce(ranked_file.row_month, cast('0001-01-01' as date))

),

ranked_record as (

    select
        judged_file.*,
        row_number() over (
            partition by dataset, lmns_code, supplier_code, is_superseded, record_key
            order by received_at desc, file_id, row_number
        ) as record_rank
    from judged_file

),

judged_record as (

    select
        ranked_record.*,
        not is_superseded and record_rank > 1 as is_repeated
    from ranked_record

),

ranked_event as (

    select
        judged_record.*,
        row_number() over (
            partition by dataset, lmns_code, is_superseded, is_repeated, event_key
            order by is_providers_own desc, received_at desc, file_id, row_number
        ) as event_rank
    from judged_record

),

judged_event as (

    select
        ranked_event.*,
        not is_superseded and not is_repeated and event_key is not null and event_rank > 1 as is_double
    from ranked_event

)

select
    dataset,
    concat('local__', dataset) as table_name,
    file_id,
    row_number,
    lmns_code,
    supplier_code,
    row_month,
    received_at,
    not is_superseded and not is_repeated and not is_double as is_used,
    case
        when is_superseded then 'superseded by a later file of the same supplier and month'
        when is_repeated then 'the same record stands in a later row or file of the supplier'
        when is_double then 'the same event was supplied twice: the provider''s own or the last row is used'
        else 'used'
    end as choice_reason
from judged_event
