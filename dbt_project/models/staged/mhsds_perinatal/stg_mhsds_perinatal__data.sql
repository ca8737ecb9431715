with source as (

    select * from {{ source('mhsds_perinatal', 'mhsds_perinatal__data') }}

),

named as (

    select
        source.*,
        {{ published_date('reporting_period_start') }} as start_as_published,
        {{ published_date('reporting_period_end') }} as period_end,
        {{ fold_label(dbt.split_part('breakdown', "';'", 1)) }} as level_text,
        nullif(trim({{ dbt.split_part('breakdown', "';'", 2) }}), '') as cut,
        -- the publisher writes these words where there is nothing
        case when upper(trim(secondary_level)) in ('NONE', 'NULL', '') then null else trim(secondary_level_description) end
            as secondary_label
    from source

),

repaired as (

    select
        named.*,
        case
            when {{ is_damaged_start('start_as_published', 'period_end') }} then {{ swapped('start_as_published') }}
            else start_as_published
        end as period_start
    from named

),

levelled as (

    select
        repaired.*,
        case
            when level_text = 'england' then 'national'
            when level_text in ('commissioning region', 'region', 'nhs england region') then 'region'
            when level_text like 'sub icb%' or level_text like 'subicb%' or level_text like 'ccg%' then 'sub_icb'
            when level_text like 'icb%' or level_text like 'stp%' then 'lmns'
            when level_text = 'provider' then 'mental_health_provider'
        end as published_level
    from repaired

)

select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- when
    period_start,
    period_end,
    {{ dbt.datediff('period_start', 'period_end', 'month') }} + 1 as months,
    case when lower(trim(status)) in ('provisional', 'primary') then 'provisional' else 'final' end as release,

    ---------- where
    trim(breakdown) as breakdown,
    case
        when published_level <> 'national' and upper(trim(primary_level)) in ('UNKNOWN', 'INVALID', 'NONE', 'NULL')
            then 'place_not_known'
        else published_level
    end as organisation_level,
    case
        when published_level = 'national' then 'ENGLAND'
        else upper(trim(primary_level))
    end as organisation_code,
    case
        when published_level = 'national' then 'England'
        else trim(primary_level_description)
    end as organisation_name,

    ---------- whom
    cut,
    -- cuts of England stand in the primary level, cuts of other levels in the secondary
    case
        when cut is null then null
        when published_level = 'national' then coalesce(nullif(trim(primary_level_description), ''), trim(primary_level))
        else secondary_label
    end as cut_label,

    ---------- what
    trim(measure_id) as measure_id,
    nullif(trim(measure_name), '') as measure_name,
    not coalesce({{ text_matches('lower(measure_name)', '^(proportion|percentage|rate|average|mean|median|[0-9]+th percentile)|access rate') }}, false)
        as is_count,

    ---------- value
    {{ to_number('measure_value') }} as value,
    case
        when {{ to_number('measure_value') }} is not null then null
        when trim(measure_value) = '*' then '*'
        else '[x]'
    end as mark
from levelled
