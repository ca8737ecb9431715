-- Each figure that a theme is set against, and what it says: supports, contradicts, cannot tell. A group is held against
-- the other groups of its system, everybody against England. docs/method.md has the rules in words.
with newest as (

    select max(period_end) as newest_end
    from {{ ref('fct_metric_value') }}
    where organisation_level in ('national', 'lmns', 'provider')

),

ranked_gap as (

    select
        gap.*,
        metric.multiplier,
        rank() over (
            partition by
                gap.metric_id, gap.organisation_level, gap.organisation_code, gap.organisation_role,
                gap.dimension, gap.vocabulary, gap.reference_kind
            order by gap.period_end desc, gap.period_start desc
        ) as age_rank
    from {{ ref('fct_equity_gap') }} as gap
    inner join {{ ref('metrics') }} as metric
        on gap.metric_id = metric.metric_id
    where
        gap.organisation_level in ('lmns', 'provider')
        and gap.lmns_code is not null
        and (gap.dimension = 'total') = (gap.reference_kind = 'england')

),

current_gap as (

    select ranked_gap.*
    from ranked_gap
    cross join newest
    where
        ranked_gap.age_rank = 1
        and {{ dbt.datediff('ranked_gap.period_end', 'newest.newest_end', 'month') }} <= {{ var('finding_max_age_months') }}

),

-- providers speak for a system only where nothing is published for the system itself
own_level as (

    select
        lmns_code,
        metric_id,
        dimension,
        min(organisation_level) as organisation_level
    from current_gap
    group by lmns_code, metric_id, dimension

),

said as (

    select distinct
        evidence_id,
        lmns_code,
        claim,
        shown_dimension,
        shown_group
    from {{ ref('int_voice') }}
    where
        is_current
        and claim <> 'neither'

),

paired as (

    select
        said.evidence_id,
        said.claim,
        voice_metric.direction,
        current_gap.*,
        case
            when voice_metric.direction = 'higher' then current_gap.difference
            when voice_metric.direction = 'lower' then -current_gap.difference
        end as bad_difference,
        case
            when voice_metric.direction = 'higher' then current_gap.difference_upper_95
            when voice_metric.direction = 'lower' then -current_gap.difference_lower_95
        end as bad_upper_95,
        {{ var('finding_detectable') }}
        * least(current_gap.reference_value, current_gap.multiplier - current_gap.reference_value) as relevant_difference
    from said
    inner join {{ ref('int_voice_metric') }} as voice_metric
        on said.evidence_id = voice_metric.evidence_id
    inner join current_gap
        on
            said.lmns_code = current_gap.lmns_code
            and voice_metric.metric_id = current_gap.metric_id
            and said.shown_dimension = current_gap.dimension
            and said.shown_group = current_gap.group_code
    inner join own_level
        on
            current_gap.lmns_code = own_level.lmns_code
            and current_gap.metric_id = own_level.metric_id
            and current_gap.dimension = own_level.dimension
            and current_gap.organisation_level = own_level.organisation_level

),

judged as (

    select
        paired.*,
        case
            when verdict in ('worse', 'better') and (bad_difference > 0) = (claim = 'complaint') then 'supports'
            when verdict in ('worse', 'better') then 'contradicts'
            -- no clear difference is no evidence against a complaint unless a gap that would matter is ruled out
            when claim = 'complaint' and verdict = 'no clear difference' and bad_upper_95 < relevant_difference then 'contradicts'
            else 'cannot tell'
        end as outcome
    from paired

),

-- what supports comes first; else the fixed group decides, since the best one is picked after the fact
chosen as (

    select
        judged.*,
        row_number() over (
            partition by evidence_id, metric_id, organisation_level, organisation_code, organisation_role
            order by
                case
                    when claim = 'complaint' and outcome = 'supports' and reference_kind = 'best' then 1
                    when claim = 'complaint' and outcome = 'supports' then 2
                    when claim = 'praise' and outcome = 'contradicts' then 3
                    when reference_kind = 'fixed' then 4
                    else 5
                end,
                figure_id
        ) as choice
    from judged

)

select
    {{ figure_id('evf', ['chosen.evidence_id', 'chosen.figure_id']) }} as figure_id,
    chosen.evidence_id,
    chosen.lmns_code,
    chosen.metric_id,
    chosen.organisation_level,
    chosen.organisation_code,
    chosen.dimension,
    chosen.group_code,
    chosen.reference_kind,
    chosen.reference_group,
    chosen.direction,
    chosen.relevant_difference,
    chosen.verdict,
    chosen.outcome,
    case chosen.outcome
        when 'supports' then coalesce(finding.tier = 2 or robustness.robustness = 'fragile', false)
        when 'contradicts' then coalesce(robustness.robustness <> 'robust', false)
        else false
    end as rests_on_unknown,
    chosen.figure_id as gap_figure_id,
    chosen.value_figure_id
from chosen
left join (
    select
        gap_figure_id,
        min(tier) as tier
    from {{ ref('fct_finding') }}
    where gap_figure_id is not null
    group by gap_figure_id
) as finding
    on chosen.figure_id = finding.gap_figure_id
left join {{ ref('fct_gap_robustness') }} as robustness
    on chosen.figure_id = robustness.gap_figure_id
where chosen.choice = 1
