-- What the people whose group is not known could hide: each gap of local records at the ends of what it could be. The
-- least: all of them with the event belong to the reference group and all without it to this one. The most: the other way
-- round. The verdict is worked out again at both ends, with the reference group as it was. Made from protected counts:
-- of people whose number is hidden there are as many as could be (7).
{% set most_hidden = '(' ~ var('protection')['smallest_shown'] ~ ' - 1)' %}
{% set key = ['metric_id', 'organisation_code', 'organisation_level', 'organisation_role', 'period_start', 'period_end', 'dimension'] %}
with unknown as (

    select
        {% for column in key -%}
        metric_value.{{ column }},
        {% endfor -%}
        sum(case
            when metric_value.numerator_status = 'small' or metric_value.denominator_status = 'small' then {{ most_hidden }}
            when metric_value.numerator_status = 'complement' then metric_value.denominator_high
            else least(metric_value.numerator_high, metric_value.denominator_high)
        end) as unknown_events,
        sum(case
            when metric_value.numerator_status = 'complement' or metric_value.denominator_status = 'small' then {{ most_hidden }}
            when metric_value.numerator_status = 'small' then metric_value.denominator_high
            else metric_value.denominator_high - metric_value.numerator_low
        end) as unknown_others
    from {{ ref('int_figure_protected') }} as metric_value
    inner join {{ ref('strata') }} as strata
        on
            metric_value.dimension = strata.dimension
            and metric_value.group_code = strata.group_code
    where
        metric_value.source_id = 'local'
        and strata.is_unknown
    group by
        {% for column in key -%}
        metric_value.{{ column }}{{ ',' if not loop.last }}
        {% endfor %}
),

total as (

    select
        {{ key[:-1] | join(',\n        ') }},
        denominator as all_people
    from {{ ref('fct_metric_value') }}
    where
        source_id = 'local'
        and dimension = 'total'

),

pair as (

    select
        gap.figure_id as gap_figure_id,
        {% for column in key -%}
        gap.{{ column }},
        {% endfor -%}
        gap.lmns_code,
        gap.group_code,
        gap.vocabulary,
        gap.reference_kind,
        gap.reference_group,
        gap.difference,
        gap.verdict,
        metric.polarity,
        metric.multiplier,
        own.numerator as x1,
        own.denominator as n1,
        reference.numerator as x0,
        reference.denominator as n0,
        coalesce(unknown.unknown_events, 0) as unknown_events,
        coalesce(unknown.unknown_others, 0) as unknown_others,
        total.all_people
    from {{ ref('fct_equity_gap') }} as gap
    inner join {{ ref('metrics') }} as metric
        on gap.metric_id = metric.metric_id
    inner join {{ ref('fct_metric_value') }} as own
        on gap.value_figure_id = own.figure_id
    inner join {{ ref('fct_metric_value') }} as reference
        on
            {% for column in key -%}
            gap.{{ column }} = reference.{{ column }}
            and {% endfor -%}
            gap.vocabulary = reference.vocabulary
            and gap.reference_group = reference.group_code
    left join unknown
        on
            {% for column in key -%}
            gap.{{ column }} = unknown.{{ column }}{{ '\n            and ' if not loop.last }}
            {%- endfor %}
    left join total
        on
            {% for column in key[:-1] -%}
            gap.{{ column }} = total.{{ column }}{{ '\n            and ' if not loop.last }}
            {%- endfor %}
    where
        own.source_id = 'local'
        and gap.reference_kind in ('best', 'fixed')
        and gap.verdict <> 'not available'
        and metric.kind = 'proportion'
        and own.numerator is not null
        and reference.numerator is not null

),

scenario as (

    select
        pair.*,
        'low' as scenario,
        x1 as events,
        n1 + unknown_others as people,
        x0 + unknown_events as reference_events,
        n0 + unknown_events as reference_people
    from pair
    union all
    select
        pair.*,
        'high' as scenario,
        x1 + unknown_events as events,
        n1 + unknown_events as people,
        x0 as reference_events,
        n0 + unknown_others as reference_people
    from pair

),

measured as (

    select
        scenario.*,
        events / people as share,
        reference_events / reference_people as reference_share,
        {{ wilson_lower('events', 'people') }} as share_lower,
        {{ wilson_upper('events', 'people') }} as share_upper,
        {{ wilson_lower('reference_events', 'reference_people') }} as reference_lower,
        {{ wilson_upper('reference_events', 'reference_people') }} as reference_upper,
        {{ two_proportion_z('events', 'people', 'reference_events', 'reference_people') }} as z_statistic
    from scenario

),

tested as (

    select
        measured.*,
        {{ normal_two_sided_p('z_statistic') }} as p_value,
        {{ newcombe_lower('share', 'share_lower', 'share_upper', 'reference_share', 'reference_lower', 'reference_upper') }} as difference_lower,
        {{ newcombe_upper('share', 'share_lower', 'share_upper', 'reference_share', 'reference_lower', 'reference_upper') }} as difference_upper
    from measured

),

adjusted as (

    {{ benjamini_hochberg(
        'tested', 'p_value',
        ['scenario', 'metric_id', 'organisation_level', 'period_start', 'period_end', 'dimension', 'vocabulary', 'reference_kind']
    ) }}

),

judged as (

    select
        adjusted.*,
        case
            when q_value <= {{ var('verdict_q') }} and (difference_lower > 0 or difference_upper < 0)
                then case when (share > reference_share) = (polarity = 'low') then 'worse' else 'better' end
            when
                least(events, reference_events) < {{ var('verdict_min_events') }}
                or least(people, reference_people) < {{ var('verdict_min_denominator') }}
                then 'too few to tell'
            else 'no clear difference'
        end as scenario_verdict
    from adjusted

),

both_ends as (

    select
        gap_figure_id,
        max(case when scenario = 'low' then multiplier * (share - reference_share) end) as difference_low,
        max(case when scenario = 'high' then multiplier * (share - reference_share) end) as difference_high,
        max(case when scenario = 'low' then scenario_verdict end) as verdict_low,
        max(case when scenario = 'high' then scenario_verdict end) as verdict_high
    from judged
    group by gap_figure_id

)

select
    {{ figure_id('rb', ['pair.gap_figure_id']) }} as figure_id,
    pair.gap_figure_id,
    pair.metric_id,
    pair.organisation_code,
    pair.organisation_level,
    pair.organisation_role,
    pair.lmns_code,
    pair.period_start,
    pair.period_end,
    pair.dimension,
    pair.group_code,
    pair.vocabulary,
    pair.reference_kind,
    pair.reference_group,
    pair.unknown_events,
    pair.unknown_others,
    least(1.0, (pair.unknown_events + pair.unknown_others) / nullif(pair.all_people, 0)) as unknown_share,
    pair.difference,
    both_ends.difference_low,
    both_ends.difference_high,
    pair.verdict,
    both_ends.verdict_low,
    both_ends.verdict_high,
    case
        when pair.verdict = 'too few to tell' then 'cannot tell'
        when pair.verdict = both_ends.verdict_low and pair.verdict = both_ends.verdict_high then 'robust'
        when pair.verdict in ('worse', 'better') then 'fragile'
        else 'cannot tell'
    end as robustness
from pair
inner join both_ends
    on pair.gap_figure_id = both_ends.gap_figure_id
