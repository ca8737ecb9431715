-- The figures that each theme is set against. Values and differences are those of the protected gap, so that a sentence
-- never shows what its figure hides.
select
    evidence_figure.figure_id,
    evidence_figure.evidence_id,
    evidence_figure.lmns_code,
    evidence_figure.metric_id,
    metric.metric_name,
    metric.unit,
    gap.decimals,
    gap.reference_decimals,
    gap.difference_decimals,
    metric.polarity,
    evidence_figure.organisation_level,
    evidence_figure.organisation_code,
    organisation.organisation_name,
    evidence_figure.dimension,
    evidence_figure.group_code,
    gap.group_name,
    evidence_figure.reference_kind,
    gap.reference_group_name,
    {{ period_label('metric_value.period_start', 'metric_value.period_end', 'metric_value.period_window') }} as period_label,
    gap.value,
    gap.reference_value,
    gap.difference,
    gap.difference_lower_95,
    gap.difference_upper_95,
    evidence_figure.relevant_difference,
    evidence_figure.verdict,
    evidence_figure.outcome,
    evidence_figure.rests_on_unknown,
    evidence_figure.gap_figure_id,
    evidence_figure.value_figure_id
from {{ ref('fct_evidence_figure') }} as evidence_figure
inner join {{ ref('metrics') }} as metric
    on evidence_figure.metric_id = metric.metric_id
inner join {{ ref('pub_equity_gap') }} as gap
    on evidence_figure.gap_figure_id = gap.figure_id
inner join {{ ref('fct_metric_value') }} as metric_value
    on evidence_figure.value_figure_id = metric_value.figure_id
left join (
    select
        organisation_level,
        organisation_code,
        max(organisation_name) as organisation_name
    from {{ ref('dim_organisation') }}
    group by organisation_level, organisation_code
) as organisation
    on
        evidence_figure.organisation_level = organisation.organisation_level
        and evidence_figure.organisation_code = organisation.organisation_code
