select
    funnel.figure_id,
    funnel.value_figure_id,
    funnel.funnel_key,
    funnel.lmns_code,
    funnel.metric_id,
    funnel.organisation_code,
    funnel.organisation_level,
    organisation.organisation_name,
    funnel.period_start,
    funnel.period_end,
    funnel.dimension,
    funnel.group_code,
    coalesce(strata.group_name, 'All') as group_name,
    funnel.value,
    funnel.denominator,
    funnel.target,
    funnel.limit_lower_95,
    funnel.limit_upper_95,
    funnel.limit_lower_998,
    funnel.limit_upper_998,
    funnel.adjusted_limit_lower_95,
    funnel.adjusted_limit_upper_95,
    funnel.adjusted_limit_lower_998,
    funnel.adjusted_limit_upper_998,
    funnel.position,
    funnel.adjusted_position,
    funnel.phi,
    funnel.between_sd,
    funnel.organisations,
    funnel.p_value,
    funnel.q_value,
    funnel.verdict,
    funnel.organisation_role,
    funnel.vocabulary,
    metric.metric_name,
    metric.unit,
    metric.polarity,
    metric.multiplier,
    metric.decimals,
    coalesce(strata.group_order, 0) as group_order
from {{ ref('fct_funnel') }} as funnel
inner join {{ ref('metrics') }} as metric
    on funnel.metric_id = metric.metric_id
left join {{ ref('strata') }} as strata
    on
        funnel.dimension = strata.dimension
        and funnel.group_code = strata.group_code
left join (
    select
        organisation_level,
        organisation_code,
        max(organisation_name) as organisation_name
    from {{ ref('dim_organisation') }}
    group by organisation_level, organisation_code
) as organisation
    on
        funnel.organisation_level = organisation.organisation_level
        and funnel.organisation_code = organisation.organisation_code
