-- The action plan as it stands: drafts, with what systems have sent back in their place. What people have written wins over
-- the draft; the baseline is the first that came back; an action that came back stays, whatever became of its finding.
{% set written = ['partners', 'process_measure', 'resource', 'risk'] %}
{% set from_either = [
    'finding_kind', 'intervention_ref', 'evidence_figure_ids', 'cause', 'action_basis', 'basis_version',
    'basis_strength', 'basis_verification', 'policy_ref', 'owner_role', 'stop_rule',
] %}
{% set frozen_block = [
    'outcome_metric_id', 'dimension', 'group_code', 'organisation_role', 'vocabulary', 'baseline_figure_id', 'baseline_value',
    'baseline_lower_95', 'baseline_upper_95', 'baseline_period_start', 'baseline_period_end', 'reference_kind',
    'reference_group', 'reference_value', 'reference_lower_95', 'reference_upper_95', 'absolute_gap', 'relative_gap', 'relative_gap_lower_95',
    'relative_gap_upper_95', 'target_rule', 'target_year_1', 'target_year_2', 'target_year_3', 'target_reason',
    'smallest_detectable_change', 'detectable', 'years_to_pool', 'people_to_reach',
] %}

with returned_file as (

    select
        file_id,
        lmns_code,
        -- the month that an edition's name begins with; the rest of the name has no order
        substring(coalesce(max(edition), ''), 1, 7) as edition_month,
        max(edition) as edition,
        max(received_at) as received_at
    from {{ ref('stg_action_plan__row') }}
    group by file_id, lmns_code

),

placed_file as (

    select
        returned_file.*,
        row_number() over (
            partition by lmns_code, edition_month
            order by received_at desc, file_id desc
        ) as from_newest
    from returned_file

),

-- an added action has no id of ours until it is sent out again: of one edition the newest file says which there are
returned_row as (

    select
        returned.*,
        placed_file.edition_month,
        row_number() over (
            partition by returned.lmns_code, returned.action_id
            order by placed_file.edition_month desc, placed_file.received_at desc, placed_file.file_id desc
        ) as from_newest,
        row_number() over (
            partition by returned.lmns_code, returned.action_id
            order by
                case when returned.sent_baseline_figure_id is null then 1 else 0 end,
                placed_file.edition_month, placed_file.received_at, placed_file.file_id
        ) as from_first
    from {{ ref('stg_action_plan__row') }} as returned
    inner join placed_file
        on
            returned.file_id = placed_file.file_id
            and returned.lmns_code = placed_file.lmns_code
    where
        not returned.is_added
        or placed_file.from_newest = 1

),

newest as (

    select *
    from returned_row
    where from_newest = 1

),

frozen as (

    select
        action_id,
        lmns_code,
        {% for column in frozen_block -%}
        sent_{{ column }} as {{ column }},
        {% endfor -%}
        coalesce(sent_baseline_edition, edition) as baseline_edition
    from returned_row
    where
        from_first = 1
        and sent_baseline_figure_id is not null

),

every_action as (

    select
        action_id,
        lmns_code
    from {{ ref('fct_action') }}
    union
    select
        action_id,
        lmns_code
    from newest

),

-- what is late is judged by the day on which the newest file of all was received: the same files, the same answer
as_of as (

    select max({{ to_date("substring(received_at, 1, 10)", 'iso') }}) as as_of_date
    from {{ source('register', 'file_register') }}

),

joined as (

    select
        every_action.action_id,
        every_action.lmns_code,
        case
            when newest.action_id is null then 'drafted'
            when draft.action_id is null and newest.sent_finding_id is null then 'added'
            else 'returned'
        end as origin,
        newest.file_id as returned_file_id,
        newest.row_number as returned_row_number,
        newest.edition as returned_edition,
        newest.changed_locked,
        coalesce(draft.finding_id, newest.sent_finding_id) as finding_id,
        coalesce(draft.finding_rank, newest.sent_finding_rank) as finding_rank,
        coalesce(draft.priority, newest.sent_priority_number) as priority,
        newest.sent_title,
        newest.sent_issue,
        {% for column in from_either -%}
        coalesce(draft.{{ column }}, newest.sent_{{ column }}) as {{ column }},
        {% endfor -%}
        draft.problem,
        draft.basis_url,
        draft.ambition,
        draft.ambition_history,
        coalesce(newest.action, draft.action) as action,
        newest.owner,
        {% for column in written -%}
        case when newest.action_id is not null then newest.{{ column }} else draft.{{ column }} end as {{ column }},
        {% endfor -%}
        newest.target_agreed,
        newest.start_date,
        newest.due_date,
        newest.progress,
        coalesce(newest.status, 'not started') as status_given,
        as_of.as_of_date,
        {% for column in frozen_block -%}
        case when frozen.action_id is not null then frozen.{{ column }} else draft.{{ column }} end as {{ column }},
        {% endfor -%}
        frozen.baseline_edition
    from every_action
    cross join as_of
    left join {{ ref('fct_action') }} as draft
        on
            every_action.action_id = draft.action_id
            and every_action.lmns_code = draft.lmns_code
    left join newest
        on
            every_action.action_id = newest.action_id
            and every_action.lmns_code = newest.lmns_code
    left join frozen
        on
            every_action.action_id = frozen.action_id
            and every_action.lmns_code = frozen.lmns_code

),

dated as (

    select
        joined.*,
        case
            when status_given in ('done', 'stopped') then status_given
            when due_date < as_of_date then 'late'
            else status_given
        end as status
    from joined

)

select
    dated.action_id,
    dated.lmns_code,
    dated.origin,
    dated.finding_id,
    dated.finding_rank,
    dated.finding_kind,
    dated.sent_title,
    dated.sent_issue,
    dated.priority,
    dated.intervention_ref,
    intervention.short_text as intervention_text,
    intervention.verification as intervention_verification,
    dated.evidence_figure_ids,
    dated.problem,
    dated.cause,
    dated.action,
    dated.action_basis,
    dated.basis_version,
    dated.basis_strength,
    dated.basis_verification,
    dated.basis_url,
    dated.policy_ref,
    dated.owner_role,
    dated.owner,
    dated.partners,
    dated.process_measure,
    dated.outcome_metric_id,
    dated.dimension,
    dated.group_code,
    dated.organisation_role,
    dated.vocabulary,
    dated.baseline_figure_id,
    dated.baseline_edition,
    dated.baseline_value,
    dated.baseline_lower_95,
    dated.baseline_upper_95,
    dated.baseline_period_start,
    dated.baseline_period_end,
    dated.reference_kind,
    dated.reference_group,
    dated.reference_value,
    dated.reference_lower_95,
    dated.reference_upper_95,
    dated.absolute_gap,
    dated.relative_gap,
    dated.relative_gap_lower_95,
    dated.relative_gap_upper_95,
    dated.target_rule,
    dated.target_year_3 as target_value,
    case when dated.target_year_3 is not null then 'proposal' end as target_basis,
    dated.target_year_1,
    dated.target_year_2,
    dated.target_year_3,
    dated.target_agreed,
    dated.smallest_detectable_change,
    dated.detectable,
    dated.years_to_pool,
    dated.people_to_reach,
    dated.target_reason,
    dated.ambition,
    dated.ambition_history,
    dated.start_date,
    dated.due_date,
    dated.resource,
    dated.risk,
    dated.stop_rule,
    dated.progress,
    dated.status_given,
    dated.as_of_date,
    dated.status,
    dated.changed_locked,
    dated.returned_edition,
    dated.returned_file_id,
    dated.returned_row_number
from dated
left join {{ ref('interventions') }} as intervention
    on dated.intervention_ref = intervention.ref
