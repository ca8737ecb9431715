-- The action plan as drafted: one row for each of a system's first findings, with what could be done, its baseline and a
-- proposed target. Nobody has agreed to any of it: owner and dates are empty. docs/action_plan.md has the rules in words.
with ranked as (

    select
        finding.*,
        -- gaps among staff are counted by themselves, since they stand behind all others
        row_number() over (
            partition by finding.lmns_code, finding.kind, case when finding.staff_measure_id is null then 0 else 1 end
            order by finding.finding_rank
        ) as rank_of_kind
    from {{ ref('fct_finding') }} as finding

),

subject as (

    select
        ranked.*,
        case when ranked.staff_measure_id is not null then 'staff' else metric.domain end as domain,
        metric.multiplier,
        case when metric.polarity = 'low' then 1.0 else -1.0 end as bad_way,
        coalesce(topics.topic, ranked.staff_measure_id, case ranked.kind when 'evidence gap' then ranked.subject end) as topic,
        ranked.intervention as intervention_ref,
        -- deaths and what happens to few in a year
        (
            metric.domain in ('outcomes', 'mortality', 'neonatal')
            and (
                {%- for topic in var('action_death_topics') %}
                ranked.metric_id like '%{{ topic }}%' or
                {%- endfor %}
                ranked.number_affected * least(ranked.value, metric.multiplier - ranked.value) / metric.multiplier
                < {{ var('action_rare_events') }}
            )
        ) as is_rare,
        ranked.subject in ('valid and stated', 'usable postcode') as is_recording
    from ranked
    left join {{ ref('metrics') }} as metric
        on ranked.metric_id = metric.metric_id
    left join {{ ref('evidence_topics') }} as topics
        on ranked.metric_id = topics.metric_id
    where
        ranked.finding_rank <= {{ var('action_top_findings') }}
        or ranked.rank_of_kind <= {{ var('action_top_of_kind') }}

),

fitting as (

    select
        subject.figure_id as finding_id,
        evidence.evidence_ref,
        row_number() over (
            partition by subject.figure_id
            order by
                case
                    when evidence.finding_kind <> subject.kind then 5
                    when evidence.about is null then 4
                    when evidence.about = subject.topic then 1
                    when evidence.about = subject.subject then 2
                    else 3
                end,
                evidence.evidence_ref
        ) as choice
    from subject
    inner join {{ ref('action_evidence') }} as evidence
        on
            (subject.kind = evidence.finding_kind or evidence.finding_kind = 'any')
            and (
                evidence.about is null
                or subject.topic = evidence.about
                or subject.subject = evidence.about
                or subject.domain = evidence.about
            )

),

ambition_text as (

    select
        topic,
        standing,
        concat(
            metric, ': ',
            case
                when value is null then ''
                when value = floor(value) then cast(cast(value as integer) as varchar)
                else cast(value as varchar)
            end,
            case when value is null or substring(unit, 1, 1) = '%' then '' else ' ' end, unit,
            case when valid_to is null then '' else concat(', to ', cast(valid_to as varchar)) end,
            ' (', basis, '; ', verification, ')',
            case when standing = 'history' and successor is not null then concat('. Since then: ', successor) else '' end
        ) as ambition
    from {{ ref('fct_ambition') }}
    where standing in ('current', 'history')

),

ambition_of_topic as (

    select
        topic,
        min(case standing when 'current' then ambition end) as ambition,
        min(case standing when 'history' then ambition end) as ambition_history
    from ambition_text
    group by topic

),

measured as (

    select
        subject.figure_id as finding_id,
        subject.finding_rank,
        subject.kind,
        subject.lmns_code,
        subject.tier,
        subject.figure_ids,
        subject.intervention_ref,
        subject.topic,
        subject.metric_id,
        subject.dimension,
        subject.group_code,
        subject.multiplier,
        subject.bad_way,
        subject.is_rare,
        subject.is_recording,
        subject.number_affected,
        subject.detectable_change,
        subject.reference_kind,
        subject.reference_group,
        subject.period_start,
        subject.period_end,
        {{ dbt.datediff('subject.period_start', 'subject.period_end', 'day') }} + 1 as period_days,
        coalesce(subject.value_figure_id, subject.gap_figure_id) as baseline_figure_id,
        case when subject.is_recording then 100.0 * subject.value else coalesce(gap.value, staff.value) end as baseline_value,
        case when gap.figure_id is not null then figure.lower_95 else staff.lower_95 end as baseline_lower_95,
        case when gap.figure_id is not null then figure.upper_95 else staff.upper_95 end as baseline_upper_95,
        case when subject.is_recording then 100.0 * {{ var('completeness_expected') }} else coalesce(gap.reference_value, staff.reference_value) end as reference_value,
        coalesce(gap.difference, staff.difference) as absolute_gap,
        -- group over reference, whichever way round the standard has it
        case staff.ratio_of when 'reference_over_group' then 1.0 / nullif(staff.ratio, 0) else coalesce(gap.ratio, staff.ratio) end
            as relative_gap,
        case staff.ratio_of
            when 'reference_over_group' then 1.0 / nullif(staff.ratio_upper_95, 0)
            else coalesce(gap.ratio_lower_95, staff.ratio_lower_95)
        end as relative_gap_lower_95,
        case staff.ratio_of
            when 'reference_over_group' then 1.0 / nullif(staff.ratio_lower_95, 0)
            else coalesce(gap.ratio_upper_95, staff.ratio_upper_95)
        end as relative_gap_upper_95,
        reference.lower_95 as reference_lower_95,
        reference.upper_95 as reference_upper_95,
        figure.organisation_role,
        coalesce(figure.vocabulary, staff.vocabulary) as vocabulary,
        subject.staff_measure_id,
        case
            when subject.is_recording and subject.value < {{ var('completeness_expected') }} then 'to the expected level'
            when gap.difference is not null and subject.tier = 1 and not subject.is_rare and subject.kind <> 'too few to tell'
                then 'half the gap'
        end as target_rule
    from subject
    left join {{ ref('fct_equity_gap') }} as gap
        on subject.gap_figure_id = gap.figure_id
    left join {{ ref('fct_workforce') }} as staff
        on
            subject.gap_figure_id = staff.figure_id
            and subject.staff_measure_id = staff.measure_id
    left join {{ ref('fct_metric_value') }} as figure
        on subject.value_figure_id = figure.figure_id
    left join {{ ref('fct_metric_value') }} as reference
        on
            gap.reference_group = reference.group_code
            and figure.metric_id = reference.metric_id
            and figure.period_start = reference.period_start
            and figure.period_end = reference.period_end
            and figure.dimension = reference.dimension
            and coalesce(figure.vocabulary, '') = coalesce(reference.vocabulary, '')
            and case when gap.reference_kind = 'england' then 'E92000001' else figure.organisation_code end = reference.organisation_code
            and case when gap.reference_kind = 'england' then 'national' else figure.organisation_level end = reference.organisation_level
            and (gap.reference_kind = 'england' or figure.organisation_role = reference.organisation_role)

),

-- levelling up: the group's own rate moves, the reference stays where it is
aimed as (

    select
        measured.*,
        case target_rule when 'half the gap' then 0.5 when 'to the expected level' then 1.0 end
        * (reference_value - baseline_value) as change_wanted
    from measured

),

judged as (

    select
        aimed.*,
        baseline_value + change_wanted as target_value,
        case
            when target_rule is null or is_recording then null
            when abs(change_wanted) / 3.0 >= detectable_change then 'each year'
            when abs(change_wanted) >= detectable_change then 'after three years'
            else 'not in so few people'
        end as detectable,
        case
            when target_rule = 'half the gap' and abs(change_wanted) < detectable_change
                then cast(ceil(power(detectable_change / abs(change_wanted), 2)) as integer)
        end as years_to_pool
    from aimed

),

reasoned as (

    select
        judged.*,
        case
            when kind = 'too few to tell' then 'No number: there are too few women, babies or events to tell whether there is a gap.'
            when kind = 'evidence gap' then 'No number: nothing is published by group yet. It is done when the figure can be shown.'
            when target_rule = 'to the expected level'
                then 'Raises the share to the level that this audit expects of every provider, in equal steps over three years. Everybody is counted: chance plays no part.'
            when target_rule is null and is_rare
                then 'No number: deaths and rare outcomes are context, since a few events by chance would decide whether a target is met. Follow the process measure.'
            when target_rule is null and tier = 2
                then 'No number: people whose group is not known could explain the gap. Record the group first.'
            when staff_measure_id is not null
                then 'No number: a target for staff is for the trust to agree with its staff and their unions. Follow the process measure, and the indicator each year.'
            when target_rule is null then 'No number: it is done when the check passes.'
            else concat(
                'Closes half of the absolute gap in three years by ', case when bad_way > 0 then 'lowering' else 'raising' end,
                ' this group’s own rate, in equal steps. It is never met by others getting worse.',
                case detectable
                    when 'each year' then ' A change as large as one year’s step can be told from chance.'
                    when 'after three years'
                        then ' One year’s step is smaller than can be told from chance: follow the process measure each year, and judge the rate after three years.'
                    else concat(
                        ' Even the whole change is smaller than can be told from chance',
                        case
                            when years_to_pool is null then ''
                            else concat(' in a year; about ', cast(years_to_pool as varchar), ' years together on either side could tell')
                        end,
                        '. Follow the process measure.'
                    )
                end,
                case when period_days < 360 then ' The baseline is less than a year: agree one of twelve months before the number is set.' else '' end
            )
        end as target_reason
    from judged

),

-- where the finding is about everybody, the group is the system
worded as (

    select
        reasoned.*,
        case reasoned.dimension when 'total' then 'this system' else 'this group' end as who
    from reasoned

),

told as (

    select
        worded.*,
        evidence.evidence_ref,
        replace(evidence.problem, 'this group', worded.who) as problem,
        replace(evidence.action, 'this group', worded.who) as action,
        replace(evidence.process_measure, 'this group', worded.who) as process_measure,
        replace(evidence.stop_rule, 'this group', worded.who) as stop_rule,
        replace(evidence.risk, 'this group', worded.who) as risk,
        replace(evidence.cause, 'this group', worded.who) as cause
    from worded
    inner join fitting
        on
            worded.finding_id = fitting.finding_id
            and fitting.choice = 1
    inner join {{ ref('action_evidence') }} as evidence
        on fitting.evidence_ref = evidence.evidence_ref

)

select
    {{ figure_id('ac', ['told.finding_id']) }} as action_id,
    told.lmns_code,
    told.finding_id,
    told.finding_rank,
    told.kind as finding_kind,
    intervention.priority,
    told.intervention_ref,
    intervention.short_text as intervention_text,
    intervention.verification as intervention_verification,
    told.figure_ids as evidence_figure_ids,
    told.problem,
    told.cause,
    told.action,
    evidence.citation as action_basis,
    evidence.version_date as basis_version,
    evidence.strength as basis_strength,
    evidence.verification as basis_verification,
    evidence.source_url as basis_url,
    evidence.intervention_ref as policy_ref,
    evidence.owner_role,
    cast(null as varchar) as owner,
    evidence.partner_roles as partners,
    told.process_measure,
    told.metric_id as outcome_metric_id,
    told.dimension,
    told.group_code,
    told.organisation_role,
    told.vocabulary,
    told.baseline_figure_id,
    told.baseline_value,
    told.baseline_lower_95,
    told.baseline_upper_95,
    told.period_start as baseline_period_start,
    told.period_end as baseline_period_end,
    told.reference_kind,
    told.reference_group,
    told.reference_value,
    told.reference_lower_95,
    told.reference_upper_95,
    told.absolute_gap,
    told.relative_gap,
    told.relative_gap_lower_95,
    told.relative_gap_upper_95,
    told.target_rule,
    told.target_value,
    case when told.target_value is not null then 'proposal' end as target_basis,
    told.baseline_value + told.change_wanted / 3.0 as target_year_1,
    told.baseline_value + told.change_wanted * 2.0 / 3.0 as target_year_2,
    told.target_value as target_year_3,
    case when told.target_rule = 'half the gap' then told.detectable_change end as smallest_detectable_change,
    told.detectable,
    told.years_to_pool,
    cast(ceil(
        round(abs(told.change_wanted) * told.number_affected / case when told.is_recording then 100.0 else told.multiplier end, 6)
    ) as integer) as people_to_reach,
    replace(told.target_reason, 'this group', told.who) as target_reason,
    ambition.ambition,
    ambition.ambition_history,
    cast(null as date) as start_date,
    cast(null as date) as due_date,
    evidence.resource,
    told.risk,
    told.stop_rule,
    'not started' as status
from told
inner join {{ ref('action_evidence') }} as evidence
    on told.evidence_ref = evidence.evidence_ref
left join {{ ref('interventions') }} as intervention
    on told.intervention_ref = intervention.ref
left join ambition_of_topic as ambition
    on told.topic = ambition.topic
