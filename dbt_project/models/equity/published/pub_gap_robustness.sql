-- Whether each gap of local records would stand whatever the people are whose group is not known.
select
    robustness.figure_id,
    robustness.gap_figure_id,
    robustness.lmns_code,
    robustness.metric_id,
    metric.metric_name,
    robustness.organisation_code,
    robustness.organisation_level,
    robustness.period_start,
    robustness.period_end,
    robustness.dimension,
    robustness.group_code,
    strata.group_name,
    robustness.vocabulary,
    robustness.reference_kind,
    robustness.reference_group,
    round(100 * robustness.unknown_share) as unknown_percent,
    robustness.difference,
    robustness.difference_low,
    robustness.difference_high,
    robustness.verdict,
    robustness.verdict_low,
    robustness.verdict_high,
    robustness.robustness,
    'local' as source_id
from {{ ref('fct_gap_robustness') }} as robustness
inner join {{ ref('metrics') }} as metric
    on robustness.metric_id = metric.metric_id
left join {{ ref('strata') }} as strata
    on
        robustness.dimension = strata.dimension
        and robustness.group_code = strata.group_code
