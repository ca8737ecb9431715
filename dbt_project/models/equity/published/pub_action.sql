-- Numbers are those of the protected figures that the plan is made from; names of what is no finding any more are looked up.
select
    action.action_id,
    action.lmns_code,
    lmns.lmns_name,
    action.origin,
    action.finding_id,
    finding.figure_id is not null as is_still_found,
    action.sent_title,
    action.sent_issue,
    action.finding_rank,
    action.finding_kind,
    finding.severity,
    action.priority,
    priority.priority_name,
    action.intervention_ref,
    action.intervention_text,
    action.intervention_verification,
    action.evidence_figure_ids,
    action.problem,
    action.cause,
    action.action,
    action.action_basis,
    action.basis_version,
    action.basis_strength,
    action.basis_verification,
    action.basis_url,
    action.policy_ref,
    action.owner_role,
    action.owner,
    action.partners,
    action.process_measure,
    action.outcome_metric_id,
    coalesce(finding.metric_name, metric.metric_name) as outcome_measure,
    coalesce(finding.polarity, metric.polarity) as polarity,
    coalesce(finding.unit, metric.unit, case when action.target_rule = 'to the expected level' then '%' end) as unit,
    coalesce(finding.decimals, metric.decimals, 1) as decimals,
    coalesce(finding.reference_decimals, metric.decimals, 1) as reference_decimals,
    coalesce(finding.difference_decimals, finding.decimals, metric.decimals, 1) as difference_decimals,
    finding.protection,
    action.dimension,
    action.group_code,
    coalesce(finding.group_name, strata.group_name) as group_name,
    action.organisation_role,
    action.vocabulary,
    action.baseline_figure_id,
    action.baseline_edition,
    action.baseline_value,
    action.baseline_lower_95,
    action.baseline_upper_95,
    action.baseline_period_start,
    action.baseline_period_end,
    case
        when action.baseline_period_start = finding.period_start and action.baseline_period_end = finding.period_end
            then finding.period_label
        else {{ period_label('action.baseline_period_start', 'action.baseline_period_end', "'other'") }}
    end as baseline_period_label,
    action.reference_kind,
    action.reference_group,
    case
        when action.target_rule = 'to the expected level' then 'Expected by this audit'
        when action.reference_kind = 'england' then 'England'
        when action.reference_kind = 'white staff' then 'White staff'
        when action.reference_kind = 'all bands' then 'Staff of all bands'
        when action.reference_kind = 'whole trust' then 'The whole trust’s staff'
        else coalesce(reference_strata.group_name, finding.reference_group_name)
    end as reference_group_name,
    action.reference_value,
    action.reference_lower_95,
    action.reference_upper_95,
    action.absolute_gap,
    action.relative_gap,
    action.relative_gap_lower_95,
    action.relative_gap_upper_95,
    action.target_rule,
    action.target_value,
    action.target_basis,
    action.target_year_1,
    action.target_year_2,
    action.target_year_3,
    action.target_agreed,
    action.smallest_detectable_change,
    action.detectable,
    action.years_to_pool,
    action.people_to_reach,
    action.target_reason,
    action.ambition,
    action.ambition_history,
    action.start_date,
    action.due_date,
    action.resource,
    action.risk,
    action.stop_rule,
    action.progress,
    known.baseline_known_value,
    action.status,
    action.as_of_date,
    action.changed_locked,
    action.returned_edition
from {{ ref('fct_action_plan') }} as action
left join {{ ref('pub_finding') }} as finding
    on action.finding_id = finding.figure_id
left join {{ ref('fct_action_progress') }} as known
    on
        action.action_id = known.action_id
        and action.lmns_code = known.lmns_code
left join {{ ref('priorities') }} as priority
    on action.priority = priority.priority
left join {{ ref('metrics') }} as metric
    on action.outcome_metric_id = metric.metric_id
left join {{ ref('strata') }} as strata
    on
        action.dimension = strata.dimension
        and action.group_code = strata.group_code
left join {{ ref('strata') }} as reference_strata
    on
        action.dimension = reference_strata.dimension
        and action.reference_group = reference_strata.group_code
left join (
    select
        lmns_code,
        max(lmns_name) as lmns_name
    from {{ ref('dim_lmns') }}
    group by lmns_code
) as lmns
    on action.lmns_code = lmns.lmns_code
