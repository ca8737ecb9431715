select
    inequality.figure_id,
    inequality.lmns_code,
    inequality.metric_id,
    inequality.period_start,
    inequality.period_end,
    inequality.dimension,
    inequality.measure,
    inequality.ranking,
    {{ at_two_figures('inequality.value', needs_protection('inequality.source_id')) }} as value,
    {{ at_two_figures('inequality.lower_95', needs_protection('inequality.source_id')) }} as lower_95,
    {{ at_two_figures('inequality.upper_95', needs_protection('inequality.source_id')) }} as upper_95,
    inequality.groups,
    register.measure_name,
    register.family,
    register.scale,
    register.no_gap,
    register.question as measure_question,
    {{ at_two_figures('inequality.value_at_first', needs_protection('inequality.source_id')) }} as value_at_first,
    {{ at_two_figures('inequality.value_at_last', needs_protection('inequality.source_id')) }} as value_at_last,
    dimensions.first_group,
    dimensions.last_group,
    inequality.p_value,
    inequality.q_value,
    inequality.verdict,
    inequality.verdict_reason,
    inequality.reason,
    coalesce(strata.group_name, inequality.best_group) as best_group_name,
    inequality.tied_best,
    inequality.has_few_events,
    inequality.is_rounded,
    inequality.source_id,
    inequality.organisation_code,
    inequality.organisation_level,
    inequality.organisation_role,
    inequality.vocabulary,
    metric.metric_name,
    metric.unit,
    metric.polarity,
    metric.decimals
from {{ ref('fct_inequality') }} as inequality
inner join {{ ref('metrics') }} as metric
    on inequality.metric_id = metric.metric_id
inner join {{ ref('inequality_measures') }} as register
    on
        inequality.measure = register.measure
        and coalesce(inequality.ranking, '') = coalesce(register.ranking, '')
inner join {{ ref('inequality_dimensions') }} as dimensions
    on inequality.dimension = dimensions.dimension
left join {{ ref('strata') }} as strata
    on
        inequality.dimension = strata.dimension
        and inequality.best_group = strata.group_code
