-- What became of each action, three things apart: its status, the movement of its measure, and the movement of the gap,
-- from the frozen baseline to the newest figure of the same series. A change counts where its 95% interval, made from limits
-- that hold chance and rounding, leaves out zero. docs/action_plan.md has the rules in words.
with point as (

    select
        figure_id,
        cast(null as varchar) as polarity,
        concat_ws(
            '/', 'mv', metric_id, organisation_level, organisation_code, organisation_role, dimension, group_code,
            coalesce(vocabulary, '')
        ) as series,
        metric_id,
        dimension,
        organisation_level,
        organisation_code,
        organisation_role,
        group_code,
        vocabulary,
        period_start,
        period_end,
        value,
        lower_95,
        upper_95,
        numerator_low,
        numerator_high,
        denominator_low,
        denominator_high
    from {{ ref('fct_metric_value') }}
    where organisation_level in ('lmns', 'national')
    union all
    -- shares of records with something in them
    select
        figure_id,
        cast(null as varchar) as polarity,
        concat_ws('/', 'dq', source_id, organisation_level, organisation_code, item, measure, coalesce(lmns_code, '')) as series,
        cast(null as varchar) as metric_id,
        cast(null as varchar) as dimension,
        organisation_level,
        organisation_code,
        cast(null as varchar) as organisation_role,
        cast(null as varchar) as group_code,
        cast(null as varchar) as vocabulary,
        period_start,
        period_end,
        100.0 * value as value,
        100.0 * ({{ wilson_lower('numerator', 'denominator') }}) as lower_95,
        100.0 * ({{ wilson_upper('numerator', 'denominator') }}) as upper_95,
        cast(null as double) as numerator_low,
        cast(null as double) as numerator_high,
        cast(null as double) as denominator_low,
        cast(null as double) as denominator_high
    from {{ ref('fct_data_quality') }}
    where measure in ('valid and stated', 'usable postcode')
    union all
    -- shares of staff: their own movement alone, since what they are compared with is no metric
    select
        workforce.figure_id,
        case staff_measure.polarity when 'low' then 'low' else 'high' end as polarity,
        concat_ws(
            '/', 'wf', workforce.source_id, workforce.lmns_code, workforce.organisation_level, workforce.organisation_code,
            workforce.measure_id, coalesce(workforce.survey_question, ''), workforce.staff_group, workforce.band,
            workforce.dimension, workforce.group_code, workforce.comparison
        ) as series,
        cast(null as varchar) as metric_id,
        workforce.dimension,
        workforce.organisation_level,
        workforce.organisation_code,
        cast(null as varchar) as organisation_role,
        workforce.group_code,
        workforce.vocabulary,
        workforce.period_start,
        workforce.period_end,
        workforce.value,
        workforce.lower_95,
        workforce.upper_95,
        cast(null as double) as numerator_low,
        cast(null as double) as numerator_high,
        cast(null as double) as denominator_low,
        cast(null as double) as denominator_high
    from {{ ref('fct_workforce') }} as workforce
    inner join {{ ref('staff_measures') }} as staff_measure
        on workforce.measure_id = staff_measure.measure_id
    where workforce.lmns_code is not null

),

newest_of_series as (

    select
        point.*,
        row_number() over (partition by series order by period_end desc, period_start desc) as age_rank
    from point

),

started as (

    select
        plan.*,
        -- of a share of records more is better, whatever is missing
        coalesce(metric.polarity, held.polarity, case when plan.baseline_figure_id like 'dq-%' then 'high' end) as polarity,
        coalesce(
            held.series,
            concat_ws(
                '/', 'mv', plan.outcome_metric_id, 'lmns', plan.lmns_code, plan.organisation_role, plan.dimension,
                plan.group_code, coalesce(plan.vocabulary, '')
            )
        ) as series,
        coalesce(plan.baseline_lower_95, held.lower_95) as value_0_lower,
        coalesce(plan.baseline_upper_95, held.upper_95) as value_0_upper,
        held.value as known_value
    from {{ ref('fct_action_plan') }} as plan
    left join {{ ref('metrics') }} as metric
        on plan.outcome_metric_id = metric.metric_id
    left join point as held
        on plan.baseline_figure_id = held.figure_id

),

met as (

    select
        started.*,
        newest.figure_id as newest_figure_id,
        newest.period_start as newest_period_start,
        newest.period_end as newest_period_end,
        newest.value as newest_value,
        newest.lower_95 as newest_lower_95,
        newest.upper_95 as newest_upper_95,
        reference.value as newest_reference_value,
        reference.lower_95 as newest_reference_lower_95,
        reference.upper_95 as newest_reference_upper_95,
        newest.value - reference.value as newest_absolute_gap,
        case when reference.value > 0 then newest.value / reference.value end as newest_relative_gap,
        case
            when newest.value > 0 and reference.value > 0
                then {{ risk_ratio_lower('newest.numerator_low', 'newest.denominator_high', 'reference.numerator_high', 'reference.denominator_low') }}
        end as newest_relative_gap_lower_95,
        case
            when newest.value > 0 and reference.value > 0
                then {{ risk_ratio_upper('newest.numerator_high', 'newest.denominator_low', 'reference.numerator_low', 'reference.denominator_high') }}
        end as newest_relative_gap_upper_95,
        case when started.polarity = 'low' then 1.0 when started.polarity = 'high' then -1.0 end as bad_way,
        case
            when started.outcome_metric_id is null and started.baseline_figure_id is null then 'No figure of this audit belongs to the action.'
            when started.baseline_value is null or started.value_0_lower is null then 'There is no number at the baseline.'
            when newest.figure_id is null then 'The audit does not hold this figure any more.'
            when newest.period_end <= started.baseline_period_end then 'There is no newer figure than the baseline.'
            when newest.period_start <= started.baseline_period_end
                then 'The newest period overlaps the baseline: the same people are counted in both.'
            when newest.value is null then 'The newest figure is not shown.'
        end as why_not
    from started
    left join newest_of_series as newest
        on
            started.series = newest.series
            and newest.age_rank = 1
    left join point as reference
        on
            newest.metric_id = reference.metric_id
            and newest.dimension = reference.dimension
            and newest.period_start = reference.period_start
            and newest.period_end = reference.period_end
            and coalesce(newest.vocabulary, '') = coalesce(reference.vocabulary, '')
            and started.reference_group = reference.group_code
            and case when started.reference_kind = 'england' then 'E92000001' else newest.organisation_code end = reference.organisation_code
            and case when started.reference_kind = 'england' then 'national' else newest.organisation_level end = reference.organisation_level
            and (started.reference_kind = 'england' or newest.organisation_role = reference.organisation_role)

),

gaps as (

    select
        met.*,
        {{ newcombe_lower('baseline_value', 'value_0_lower', 'value_0_upper', 'reference_value', 'reference_lower_95', 'reference_upper_95') }} as gap_0_lower,
        {{ newcombe_upper('baseline_value', 'value_0_lower', 'value_0_upper', 'reference_value', 'reference_lower_95', 'reference_upper_95') }} as gap_0_upper,
        {{ newcombe_lower(
            'newest_value', 'newest_lower_95', 'newest_upper_95',
            'newest_reference_value', 'newest_reference_lower_95', 'newest_reference_upper_95'
        ) }} as gap_1_lower,
        {{ newcombe_upper(
            'newest_value', 'newest_lower_95', 'newest_upper_95',
            'newest_reference_value', 'newest_reference_lower_95', 'newest_reference_upper_95'
        ) }} as gap_1_upper
    from met

),

-- square and add: an interval of the difference of any two estimates that have limits of their own
changed as (

    select
        gaps.*,
        newest_value - baseline_value as measure_change,
        {{ newcombe_lower('newest_value', 'newest_lower_95', 'newest_upper_95', 'baseline_value', 'value_0_lower', 'value_0_upper') }} as measure_change_lower_95,
        {{ newcombe_upper('newest_value', 'newest_lower_95', 'newest_upper_95', 'baseline_value', 'value_0_lower', 'value_0_upper') }} as measure_change_upper_95,
        {{ newcombe_lower(
            'newest_reference_value', 'newest_reference_lower_95', 'newest_reference_upper_95',
            'reference_value', 'reference_lower_95', 'reference_upper_95'
        ) }} as reference_change_lower,
        {{ newcombe_upper(
            'newest_reference_value', 'newest_reference_lower_95', 'newest_reference_upper_95',
            'reference_value', 'reference_lower_95', 'reference_upper_95'
        ) }} as reference_change_upper,
        newest_absolute_gap - absolute_gap as absolute_change,
        {{ newcombe_lower('newest_absolute_gap', 'gap_1_lower', 'gap_1_upper', 'absolute_gap', 'gap_0_lower', 'gap_0_upper') }} as absolute_change_lower_95,
        {{ newcombe_upper('newest_absolute_gap', 'gap_1_lower', 'gap_1_upper', 'absolute_gap', 'gap_0_lower', 'gap_0_upper') }} as absolute_change_upper_95,
        -- how many times as large as before; on the log scale, where ratios add up
        case when relative_gap > 0 then newest_relative_gap / relative_gap end as relative_change,
        case
            when relative_gap > 0 and relative_gap_lower_95 > 0 and newest_relative_gap > 0 and newest_relative_gap_lower_95 > 0
                then exp({{ newcombe_lower(
                    'ln(newest_relative_gap)', 'ln(newest_relative_gap_lower_95)', 'ln(newest_relative_gap_upper_95)',
                    'ln(relative_gap)', 'ln(relative_gap_lower_95)', 'ln(relative_gap_upper_95)'
                ) }})
        end as relative_change_lower_95,
        case
            when relative_gap > 0 and relative_gap_lower_95 > 0 and newest_relative_gap > 0 and newest_relative_gap_lower_95 > 0
                then exp({{ newcombe_upper(
                    'ln(newest_relative_gap)', 'ln(newest_relative_gap_lower_95)', 'ln(newest_relative_gap_upper_95)',
                    'ln(relative_gap)', 'ln(relative_gap_lower_95)', 'ln(relative_gap_upper_95)'
                ) }})
        end as relative_change_upper_95
    from gaps

),

-- towards the worse is positive from here on, whichever way the measure is good
turned as (

    select
        changed.*,
        case when bad_way > 0 then measure_change_lower_95 else -measure_change_upper_95 end as measure_low,
        case when bad_way > 0 then measure_change_upper_95 else -measure_change_lower_95 end as measure_high,
        case when bad_way > 0 then reference_change_lower else -reference_change_upper end as reference_low,
        case when bad_way > 0 then reference_change_upper else -reference_change_lower end as reference_high,
        case when bad_way > 0 then absolute_change_lower_95 else -absolute_change_upper_95 end as absolute_low,
        case when bad_way > 0 then absolute_change_upper_95 else -absolute_change_lower_95 end as absolute_high,
        case when bad_way > 0 then ln(relative_change_lower_95) else -ln(relative_change_upper_95) end as relative_low,
        case when bad_way > 0 then ln(relative_change_upper_95) else -ln(relative_change_lower_95) end as relative_high
    from changed

),

judged as (

    select
        turned.*,
        {% for part in ['measure', 'reference', 'absolute', 'relative'] -%}
        case
            when why_not is not null or bad_way is null or {{ part }}_low is null or {{ part }}_high is null then 'cannot tell'
            when {{ part }}_low > 0 then 'worse'
            when {{ part }}_high < 0 then 'better'
            else 'no detectable change'
        end as {{ part }}_word,
        {% endfor -%}
        case
            when why_not is not null then why_not
            when reference_value is null then 'There is no gap at the baseline.'
            when baseline_figure_id like 'wf-%' then 'The newest gap among staff is in the part on staff.'
            when reference_group is null then 'No single group is compared with.'
            when newest_reference_value is null then 'The newest figure of the group compared with is not shown.'
        end as why_no_gap
    from turned

),

-- levelling up: a gap that narrows because the others got worse is no progress
levelled as (

    select
        judged.*,
        coalesce(
            (absolute_word = 'better' or relative_word = 'better')
            and (reference_word = 'worse' or bad_way * measure_change >= 0),
            false
        ) as is_levelled_down
    from judged

)

select
    levelled.action_id,
    levelled.lmns_code,
    levelled.status,
    levelled.status_given,
    levelled.due_date,
    levelled.as_of_date,
    levelled.baseline_figure_id,
    levelled.baseline_edition,
    levelled.baseline_period_start,
    levelled.baseline_period_end,
    levelled.baseline_value,
    levelled.known_value as baseline_known_value,
    coalesce(abs(levelled.known_value - levelled.baseline_value) > 0.000000001, false) as is_restated,
    levelled.changed_locked,
    levelled.newest_figure_id,
    levelled.newest_period_start,
    levelled.newest_period_end,
    case when levelled.why_not is null then levelled.newest_value end as newest_value,
    case when levelled.why_not is null then levelled.newest_reference_value end as newest_reference_value,
    case when levelled.why_not is null then levelled.measure_change end as measure_change,
    case when levelled.why_not is null then levelled.measure_change_lower_95 end as measure_change_lower_95,
    case when levelled.why_not is null then levelled.measure_change_upper_95 end as measure_change_upper_95,
    levelled.measure_word as measure_movement,
    levelled.reference_word as reference_movement,
    case when levelled.why_no_gap is null then levelled.newest_absolute_gap end as newest_absolute_gap,
    case when levelled.why_no_gap is null then levelled.absolute_change end as absolute_change,
    case when levelled.why_no_gap is null then levelled.absolute_change_lower_95 end as absolute_change_lower_95,
    case when levelled.why_no_gap is null then levelled.absolute_change_upper_95 end as absolute_change_upper_95,
    case when levelled.is_levelled_down and levelled.absolute_word = 'better' then 'cannot tell' else levelled.absolute_word end
        as absolute_gap_movement,
    case when levelled.why_no_gap is null then levelled.newest_relative_gap end as newest_relative_gap,
    case when levelled.why_no_gap is null then levelled.relative_change end as relative_change,
    case when levelled.why_no_gap is null then levelled.relative_change_lower_95 end as relative_change_lower_95,
    case when levelled.why_no_gap is null then levelled.relative_change_upper_95 end as relative_change_upper_95,
    case when levelled.is_levelled_down and levelled.relative_word = 'better' then 'cannot tell' else levelled.relative_word end
        as relative_gap_movement,
    levelled.is_levelled_down,
    case
        when levelled.why_no_gap is not null then levelled.why_no_gap
        when levelled.is_levelled_down and levelled.reference_word = 'worse'
            then 'The gap narrowed because the group compared with got worse: that is no progress.'
        when levelled.is_levelled_down then 'The gap narrowed, but the group itself does no better: that is no progress.'
        when levelled.relative_change_lower_95 is null then 'The relative gap has no limits, since nothing happened in one of the groups.'
    end as reason
from levelled
