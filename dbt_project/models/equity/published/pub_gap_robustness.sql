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
    {{ at_decimals('robustness.difference', 'gap.difference_decimals', 'gap.is_protected') }} as difference,
    {{ at_decimals('robustness.difference_low', 'gap.difference_decimals', 'gap.is_protected') }} as difference_low,
    {{ at_decimals('robustness.difference_high', 'gap.difference_decimals', 'gap.is_protected') }} as difference_high,
    robustness.verdict,
    robustness.verdict_low,
    robustness.verdict_high,
    robustness.robustness,
    'local' as source_id
from {{ ref('fct_gap_robustness') }} as robustness
inner join {{ ref('pub_equity_gap') }} as gap
    on robustness.gap_figure_id = gap.figure_id
inner join {{ ref('metrics') }} as metric
    on robustness.metric_id = metric.metric_id
left join {{ ref('strata') }} as strata
    on
        robustness.dimension = strata.dimension
        and robustness.group_code = strata.group_code
