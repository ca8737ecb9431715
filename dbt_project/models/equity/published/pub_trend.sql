select
    trend.figure_id,
    trend.lmns_code,
    trend.metric_id,
    trend.organisation_code,
    trend.organisation_level,
    trend.period_start,
    trend.period_end,
    trend.period_window,
    trend.dimension,
    trend.group_code,
    coalesce(strata.group_name, 'All') as group_name,
    trend.method,
    trend.points,
    {{ at_two_figures('trend.latest_value', needs_protection('trend.source_id')) }} as latest_value,
    {{ at_two_figures('trend.mean_value', needs_protection('trend.source_id')) }} as mean_value,
    {{ at_two_figures('trend.lower_limit', needs_protection('trend.source_id')) }} as lower_limit,
    {{ at_two_figures('trend.upper_limit', needs_protection('trend.source_id')) }} as upper_limit,
    trend.rule,
    trend.variation,
    trend.assurance,
    {{ at_two_figures('trend.slope', needs_protection('trend.source_id')) }} as slope,
    {{ at_two_figures('trend.slope_lower_95', needs_protection('trend.source_id')) }} as slope_lower_95,
    {{ at_two_figures('trend.slope_upper_95', needs_protection('trend.source_id')) }} as slope_upper_95,
    trend.p_value,
    trend.q_value,
    trend.verdict,
    trend.verdict_reason,
    trend.reference_group,
    trend.series_key,
    trend.source_id,
    trend.organisation_role,
    trend.vocabulary,
    metric.metric_name,
    metric.unit,
    metric.polarity,
    metric.decimals,
    coalesce(strata.group_order, 0) as group_order
from {{ ref('fct_trend') }} as trend
inner join {{ ref('metrics') }} as metric
    on trend.metric_id = metric.metric_id
left join {{ ref('strata') }} as strata
    on
        trend.dimension = strata.dimension
        and trend.group_code = strata.group_code
