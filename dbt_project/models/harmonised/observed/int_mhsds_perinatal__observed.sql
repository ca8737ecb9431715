-- Counts of England are exact; below it 1 to 4 are marked and the others are to the nearest 5. Ethnic and deprivation
-- cuts of a measure that a metric uses are strata; every other cut is a part of its own, without a metric.
with used_concept as (

    select distinct concept
    from {{ ref('int_metric_component') }}

),

described as (

    select
        mhsds.*,
        concat('mhsds.', mhsds.measure_id) as concept,
        case
            when used_concept.concept is null or mhsds.cut is null then null
            when lower(mhsds.cut) like '%ethnic%' then 'mhsds.ethnicity'
            when lower(mhsds.cut) like '%imd%' or lower(mhsds.cut) like '%depriv%' then 'mhsds.imd_decile'
        end as vocabulary
    from {{ ref('stg_mhsds_perinatal__data') }} as mhsds
    left join used_concept
        on concat('mhsds.', mhsds.measure_id) = used_concept.concept

)

select
    'mhsds_perinatal' as source_id,
    'mhsds_perinatal__data' as table_name,
    file_id,
    row_number,
    organisation_code,
    organisation_level,
    case organisation_level
        when 'mental_health_provider' then 'provider'
        else 'residence'
    end as organisation_role,
    period_start,
    period_end,
    case
        when months = 1 then 'month'
        when months = 3 then 'rolling_3_months'
        when months = 12 then 'rolling_12_months'
        else concat('rolling_', cast(months as varchar), '_months')
    end as period_window,
    release,
    concept,
    case
        when cut is null or vocabulary is not null then 'Value'
        else concat('Value; ', cut, ': ', coalesce(cut_label, ''))
    end as part,
    vocabulary,
    case when vocabulary is not null then cut_label end as native_group,
    cast(null as varchar) as vocabulary_2,
    cast(null as varchar) as native_group_2,
    case when is_count then 'count' else 'rate' end as measure,
    value,
    case
        when not is_count or organisation_level = 'national' then value
        else {{ rounded_low('value', 'nearest_5') }}
    end as value_low,
    case
        when not is_count or organisation_level = 'national' then value
        else {{ rounded_high('value', 'nearest_5') }}
    end as value_high,
    mark,
    cast(null as varchar) as caveat
from described
