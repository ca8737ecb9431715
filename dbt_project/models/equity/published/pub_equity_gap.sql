select
    gap.figure_id,
    gap.lmns_code,
    gap.metric_id,
    gap.period_start,
    gap.period_end,
    gap.dimension,
    gap.group_code,
    coalesce(strata.group_name, 'All') as group_name,
    gap.reference_kind,
    gap.reference_group,
    gap.difference,
    gap.difference_lower_95,
    gap.difference_upper_95,
    gap.ratio,
    gap.ratio_lower_95,
    gap.ratio_upper_95,
    gap.p_value,
    gap.q_value,
    gap.verdict,
    gap.verdict_reason,
    gap.organisation_code,
    gap.organisation_level,
    gap.vocabulary,
    gap.value_figure_id,
    gap.value,
    gap.reference_value,
    metric.metric_name,
    metric.unit,
    metric.polarity,
    coalesce(reference_strata.group_name, 'All') as reference_group_name,
    coalesce(strata.group_order, 0) as group_order
from {{ ref('fct_equity_gap') }} as gap
inner join {{ ref('metrics') }} as metric
    on gap.metric_id = metric.metric_id
left join {{ ref('strata') }} as strata
    on
        gap.dimension = strata.dimension
        and gap.group_code = strata.group_code
left join {{ ref('strata') }} as reference_strata
    on
        gap.dimension = reference_strata.dimension
        and gap.reference_group = reference_strata.group_code
