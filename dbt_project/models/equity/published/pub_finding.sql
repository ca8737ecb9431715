-- Values and differences are those of the protected gap, so that a finding never shows what its figure hides.
select
    finding.figure_id,
    finding.lmns_code,
    lmns.lmns_name,
    finding.finding_rank,
    finding.kind,
    finding.severity,
    finding.firmness,
    finding.tier,
    {{ at_two_figures('finding.size_of_gap', needs_protection('finding.source_id')) }} as size_of_gap,
    5.0 * round(finding.number_affected / 5.0) as number_affected,
    {{ at_two_figures('finding.certainty', needs_protection('finding.source_id')) }} as certainty,
    {{ at_two_figures('finding.robustness', needs_protection('finding.source_id')) }} as robustness,
    {{ at_two_figures('finding.score', needs_protection('finding.source_id')) }} as score,
    finding.subject,
    finding.metric_id,
    coalesce(metric.metric_name, staff.measure_name) as metric_name,
    metric.domain,
    case when staff.figure_id is not null then '%' else metric.unit end as unit,
    case when staff.figure_id is not null then staff.decimals else {{ shown_decimals('figure', 'metric') }} end as decimals,
    coalesce(gap.reference_decimals, staff.decimals) as reference_decimals,
    coalesce(gap.difference_decimals, staff.decimals) as difference_decimals,
    coalesce(figure.protection, staff.protection) as protection,
    case when staff.figure_id is not null then staff.better_when else metric.polarity end as polarity,
    finding.staff_measure_id,
    staff.staff_group_name,
    staff.band_name,
    staff.ratio,
    staff.ratio_lower_95,
    staff.ratio_upper_95,
    staff.direction,
    finding.source_id,
    finding.organisation_code,
    finding.organisation_level,
    coalesce(organisation.organisation_name, supplier.supplier_name) as organisation_name,
    finding.dimension,
    finding.group_code,
    coalesce(asset.group_name, strata.group_name, case when finding.group_code is not null then 'All' end) as group_name,
    finding.vocabulary,
    finding.reference_kind,
    finding.reference_group,
    coalesce(gap.reference_group_name, staff.reference_group_name) as reference_group_name,
    finding.period_start,
    finding.period_end,
    case
        when staff.figure_id is not null then staff.period_label
        else {{ period_label('finding.period_start', 'finding.period_end', 'finding.period_window') }}
    end as period_label,
    case
        when gap.figure_id is not null then gap.value
        when staff.figure_id is not null then staff.value
        when quality.figure_id is not null then quality.value
        else {{ at_decimals('finding.value', shown_decimals('figure', 'metric'), 'figure.protection is not null') }}
    end as value,
    case
        when staff.figure_id is not null then staff.reference_value
        when finding.kind <> 'too few to tell' then gap.reference_value
        else {{ at_decimals('finding.reference_value', '0', 'figure.protection is not null') }}
    end as reference_value,
    case when finding.kind <> 'too few to tell' then coalesce(gap.difference, staff.difference) end as difference,
    case when finding.kind <> 'too few to tell' then coalesce(gap.difference_lower_95, staff.difference_lower_95) end as difference_lower_95,
    case when finding.kind <> 'too few to tell' then coalesce(gap.difference_upper_95, staff.difference_upper_95) end as difference_upper_95,
    case when gap.difference is not null then {{ at_decimals('finding.excess_number', '0', needs_protection('finding.source_id')) }} end as excess_number,
    case when gap.difference is not null then {{ at_decimals('finding.excess_lower_95', '0', needs_protection('finding.source_id')) }} end as excess_lower_95,
    case when gap.difference is not null then {{ at_decimals('finding.excess_upper_95', '0', needs_protection('finding.source_id')) }} end as excess_upper_95,
    {{ at_two_figures('finding.years_needed', needs_protection('finding.source_id')) }} as years_needed,
    {{ at_two_figures('finding.detectable_change', needs_protection('finding.source_id')) }} as detectable_change,
    finding.gap_trend,
    finding.owner_role,
    topics.topic_name,
    finding.data_set,
    finding.item,
    finding.holder,
    finding.intervention,
    -- counts of the check behind a finding on quality, as they may be shown
    quality.numerator as check_numerator,
    quality.denominator as check_denominator,
    quality.decimals as check_decimals,
    -- what the audit holds of the data set that a missing figure would come from
    case
        when finding.kind <> 'evidence gap' then null
        when hidden.topic is not null then 'hidden'
        when received.dataset is not null then 'received'
    end as held_locally,
    coverage.note as coverage_note,
    finding.gap_figure_id,
    finding.value_figure_id,
    finding.figure_ids,
    finding.figures
from {{ ref('fct_finding') }} as finding
left join {{ ref('metrics') }} as metric
    on finding.metric_id = metric.metric_id
left join {{ ref('fct_metric_value') }} as figure
    on finding.value_figure_id = figure.figure_id
left join {{ ref('int_local_coverage') }} as coverage
    on
        finding.source_id = 'local'
        and finding.organisation_level = 'lmns'
        and finding.organisation_code = coverage.lmns_code
        and finding.period_start = coverage.period_start
        and finding.period_end = coverage.period_end
        and {{ record_of_metric('finding.metric_id') }} = coverage.record
left join {{ ref('pub_equity_gap') }} as gap
    on finding.gap_figure_id = gap.figure_id
left join {{ ref('pub_community_asset') }} as asset
    on finding.gap_figure_id = asset.figure_id
left join (
    select
        workforce.*,
        case measure.polarity when 'low' then 'low' else 'high' end as better_when
    from {{ ref('pub_workforce') }} as workforce
    inner join {{ ref('staff_measures') }} as measure
        on workforce.measure_id = measure.measure_id
) as staff
    on
        finding.gap_figure_id = staff.figure_id
        and finding.staff_measure_id = staff.measure_id
left join {{ ref('strata') }} as strata
    on
        finding.dimension = strata.dimension
        and finding.group_code = strata.group_code
left join (
    select
        topic,
        max(topic_name) as topic_name
    from {{ ref('evidence_topics') }}
    group by topic
) as topics
    on
        finding.kind = 'evidence gap'
        and finding.subject = topics.topic
{{ with_organisation('finding') }}
left join (
    select
        lmns_code,
        max(lmns_name) as lmns_name
    from {{ ref('dim_lmns') }}
    group by lmns_code
) as lmns
    on finding.lmns_code = lmns.lmns_code
left join {{ ref('pub_data_quality') }} as quality
    on finding.gap_figure_id = quality.figure_id
left join (
    select distinct
        metric_value.lmns_code,
        topic.topic,
        case when metric_value.dimension like 'ethnicity%' then 'ethnicity' else 'deprivation' end as dimension
    from {{ ref('fct_metric_value') }} as metric_value
    inner join {{ ref('evidence_topics') }} as topic
        on metric_value.metric_id = topic.metric_id
    where
        metric_value.protection is not null
        and (metric_value.dimension like 'ethnicity%' or metric_value.dimension like 'deprivation%')
) as hidden
    on
        finding.lmns_code = hidden.lmns_code
        and finding.subject = hidden.topic
        and finding.dimension = hidden.dimension
left join (
    select distinct
        lmns_code,
        dataset
    from {{ ref('fct_submission') }}
    where files > 0
) as received
    on
        finding.lmns_code = received.lmns_code
        and finding.data_set = concat('local__', received.dataset)
