-- Each observation that a metric uses, in the role it plays there. Deciles also count towards their
-- quintile; a published rate never does, since rates cannot be added up over groups.
with rollup as (

    select
        group_code,
        dimension,
        group_code as target_group,
        dimension as target_dimension,
        false as is_derived
    from {{ ref('strata') }}
    union all
    select
        group_code,
        dimension,
        target_group,
        target_dimension,
        true as is_derived
    from {{ ref('stratum_rollup') }}
    union all
    select
        'ALL' as group_code,
        'total' as dimension,
        'ALL' as target_group,
        'total' as target_dimension,
        false as is_derived

)

select
    component.metric_id,
    component.component_role,
    metric.kind,
    observation.source_id,
    observation.file_id,
    observation.row_number,
    observation.organisation_code,
    observation.organisation_level,
    observation.organisation_role,
    observation.lmns_code,
    observation.period_start,
    observation.period_end,
    observation.period_window,
    observation.release,
    coalesce(rollup.target_dimension, observation.dimension) as dimension,
    coalesce(rollup.target_group, observation.group_code) as group_code,
    coalesce(rollup.is_derived, false) as is_derived,
    observation.vocabulary,
    case when coalesce(rollup.is_derived, false) then null else observation.native_group end as native_group,
    observation.native_group_2,
    observation.value,
    observation.value_low,
    observation.value_high,
    observation.mark,
    observation.caveat
from {{ ref('int_metric_component') }} as component
inner join {{ ref('metrics') }} as metric
    on component.metric_id = metric.metric_id
inner join {{ ref('fct_observation') }} as observation
    on
        component.concept = observation.concept
        and component.folded_part = observation.folded_part
left join rollup
    on
        observation.dimension = rollup.dimension
        and observation.group_code = rollup.group_code
where
    -- sites, local authorities and sub-ICBs stay observations: no figure of an audit is printed for them
    observation.organisation_level in ('national', 'region', 'lmns', 'provider', 'council')
    -- a share of the total has groups on top and the total underneath
    and not (metric.kind = 'composition' and component.component_role = 'numerator' and observation.dimension = 'total')
    and not (metric.kind = 'composition' and component.component_role = 'denominator' and observation.dimension <> 'total')
    -- a published rate cannot be added up over groups
    and not (coalesce(rollup.is_derived, false) and component.component_role not in ('numerator', 'denominator'))
    -- records are divided in every way at once: a metric has the dimensions that seeds/metrics.csv gives it and no others
    and (
        not {{ needs_protection('observation.source_id') }}
        or observation.dimension = 'total'
        or {{ dbt.position("concat('|', coalesce(rollup.target_dimension, observation.dimension), '|')", "concat('|', metric.dimensions, '|')") }} > 0
    )
