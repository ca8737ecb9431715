select
    point.figure_id,
    point.value_figure_id,
    point.series_key,
    point.lmns_code,
    point.metric_id,
    point.organisation_code,
    point.organisation_level,
    point.dimension,
    point.group_code,
    point.period_start,
    point.period_end,
    {{ period_label('point.period_start', 'point.period_end', "'month'") }} as period_label,
    {{ at_decimals('point.value', '0', needs_protection('metric.source_id')) }} as value,
    {{ at_two_figures('point.mean_value', needs_protection('metric.source_id')) }} as mean_value,
    {{ at_two_figures('point.lower_limit', needs_protection('metric.source_id')) }} as lower_limit,
    {{ at_two_figures('point.upper_limit', needs_protection('metric.source_id')) }} as upper_limit,
    point.rule,
    point.variation,
    point.segment,
    point.reason
from {{ ref('fct_trend_point') }} as point
inner join {{ ref('metrics') }} as metric
    on point.metric_id = metric.metric_id
