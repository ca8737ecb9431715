-- Each group against three references: the group with the best outcome (the guidance's own aim), a
-- fixed group, and the same group in England. Interval of the difference: Newcombe's, from limits
-- that already allow for rounding. Interval of the ratio: on the log scale, from the same limits.
with candidate as (

    select
        metric_value.*,
        metric.polarity,
        metric.multiplier,
        metric.kind,
        strata.is_unknown,
        strata.is_fixed_reference,
        strata.group_order
    from {{ ref('fct_metric_value') }} as metric_value
    inner join {{ ref('metrics') }} as metric
        on metric_value.metric_id = metric.metric_id
    left join {{ ref('strata') }} as strata
        on
            metric_value.dimension = strata.dimension
            and metric_value.group_code = strata.group_code
    where
        metric.kind in ('proportion', 'rate')
        and metric_value.organisation_level in ('national', 'lmns', 'provider', 'council')
        and metric_value.dimension in (
            'total', 'ethnicity', 'ethnicity_detailed', 'deprivation', 'deprivation_quintile', 'age',
            'language', 'interpreter'
        )
        and coalesce(strata.is_unknown, false) = false

),

best_ranked as (

    select
        candidate.*,
        row_number() over (
            partition by
                metric_id, organisation_code, organisation_level, organisation_role,
                period_start, period_end, dimension, vocabulary
            order by
                case when polarity = 'high' then -value else value end,
                denominator desc,
                group_order
        ) as best_rank
    from candidate
    where
        dimension <> 'total'
        and value is not null
        and polarity in ('low', 'high')
        and denominator_low >= {{ var('reference_min_denominator') }}

),

reference as (

    select
        'best' as reference_kind,
        metric_id,
        organisation_code,
        organisation_level,
        organisation_role,
        period_start,
        period_end,
        dimension,
        vocabulary,
        group_code,
        value,
        lower_95,
        upper_95,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        denominator_low,
        denominator_high
    from best_ranked
    where best_rank = 1
    union all
    select
        'fixed' as reference_kind,
        metric_id,
        organisation_code,
        organisation_level,
        organisation_role,
        period_start,
        period_end,
        dimension,
        vocabulary,
        group_code,
        value,
        lower_95,
        upper_95,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        denominator_low,
        denominator_high
    from candidate
    where is_fixed_reference

),

kinds as (

    select 'best' as reference_kind
    union all
    select 'fixed' as reference_kind

),

within as (

    select
        candidate.figure_id as value_figure_id,
        candidate.metric_id,
        candidate.organisation_code,
        candidate.organisation_level,
        candidate.organisation_role,
        candidate.lmns_code,
        candidate.period_start,
        candidate.period_end,
        candidate.dimension,
        candidate.group_code,
        candidate.vocabulary,
        candidate.polarity,
        candidate.multiplier,
        candidate.value,
        candidate.mark,
        candidate.lower_95,
        candidate.upper_95,
        candidate.numerator,
        candidate.numerator_low,
        candidate.numerator_high,
        candidate.denominator,
        candidate.denominator_low,
        candidate.denominator_high,
        kinds.reference_kind,
        reference.group_code as reference_group,
        reference.value as reference_value,
        reference.lower_95 as reference_lower_95,
        reference.upper_95 as reference_upper_95,
        reference.numerator as reference_numerator,
        reference.numerator_low as reference_numerator_low,
        reference.numerator_high as reference_numerator_high,
        reference.denominator as reference_denominator,
        reference.denominator_low as reference_denominator_low,
        reference.denominator_high as reference_denominator_high
    from candidate
    cross join kinds
    left join reference
        on
            kinds.reference_kind = reference.reference_kind
            and candidate.metric_id = reference.metric_id
            and candidate.organisation_code = reference.organisation_code
            and candidate.organisation_level = reference.organisation_level
            and candidate.organisation_role = reference.organisation_role
            and candidate.period_start = reference.period_start
            and candidate.period_end = reference.period_end
            and candidate.dimension = reference.dimension
            and candidate.vocabulary = reference.vocabulary
    where
        candidate.dimension <> 'total'
        and (reference.group_code is null or reference.group_code <> candidate.group_code)

),

against_england as (

    select
        candidate.figure_id as value_figure_id,
        candidate.metric_id,
        candidate.organisation_code,
        candidate.organisation_level,
        candidate.organisation_role,
        candidate.lmns_code,
        candidate.period_start,
        candidate.period_end,
        candidate.dimension,
        candidate.group_code,
        candidate.vocabulary,
        candidate.polarity,
        candidate.multiplier,
        candidate.value,
        candidate.mark,
        candidate.lower_95,
        candidate.upper_95,
        candidate.numerator,
        candidate.numerator_low,
        candidate.numerator_high,
        candidate.denominator,
        candidate.denominator_low,
        candidate.denominator_high,
        'england' as reference_kind,
        england.group_code as reference_group,
        england.value as reference_value,
        england.lower_95 as reference_lower_95,
        england.upper_95 as reference_upper_95,
        england.numerator as reference_numerator,
        england.numerator_low as reference_numerator_low,
        england.numerator_high as reference_numerator_high,
        england.denominator as reference_denominator,
        england.denominator_low as reference_denominator_low,
        england.denominator_high as reference_denominator_high
    from candidate
    inner join candidate as england
        on
            england.organisation_level = 'national'
            and england.organisation_code = 'E92000001'
            and candidate.metric_id = england.metric_id
            and candidate.period_start = england.period_start
            and candidate.period_end = england.period_end
            and candidate.dimension = england.dimension
            and candidate.group_code = england.group_code
            and coalesce(candidate.vocabulary, '') = coalesce(england.vocabulary, '')
    where candidate.organisation_level <> 'national'

),

pair as (

    select * from within
    union all
    select * from against_england

),

measured as (

    select
        pair.*,
        value - reference_value as difference,
        {{ newcombe_lower('value', 'lower_95', 'upper_95', 'reference_value', 'reference_lower_95', 'reference_upper_95') }} as difference_lower_95,
        {{ newcombe_upper('value', 'lower_95', 'upper_95', 'reference_value', 'reference_lower_95', 'reference_upper_95') }} as difference_upper_95,
        case when reference_value > 0 then value / reference_value end as ratio,
        -- a withheld value is not brought back by a test or a limit of the counts beside it
        case
            when value is not null and reference_value is not null
                then {{ risk_ratio_lower('numerator_low', 'denominator_high', 'reference_numerator_high', 'reference_denominator_low') }}
        end as ratio_lower_95,
        case
            when value is not null and reference_value is not null
                then {{ risk_ratio_upper('numerator_high', 'denominator_low', 'reference_numerator_low', 'reference_denominator_high') }}
        end as ratio_upper_95,
        -- half a count goes into the ratio's limits where no events, or none that rounding rules out, is a possibility
        coalesce(numerator_low = 0 or reference_numerator_low = 0, false) as ratio_is_corrected,
        case
            when value is not null and reference_value is not null
                then
                    {{ rounding_variance('numerator', 'numerator_low', 'numerator_high', 'denominator', 'denominator_low', 'denominator_high') }}
                    + {{ rounding_variance(
                        'reference_numerator', 'reference_numerator_low', 'reference_numerator_high',
                        'reference_denominator', 'reference_denominator_low', 'reference_denominator_high'
                    ) }}
        end as rounding_variance,
        {{ figure_id('gap', [
            'metric_id', 'organisation_level', 'organisation_code', 'organisation_role', 'period_start', 'period_end',
            'dimension', 'group_code', 'vocabulary', 'reference_kind',
        ]) }} as figure_id
    from pair

),

-- few events in counts that nobody has rounded: the test is exact there
few as (

    select
        figure_id,
        numerator,
        denominator,
        reference_numerator,
        reference_denominator
    from measured
    where
        rounding_variance = 0
        and least(numerator, reference_numerator) < {{ var('verdict_min_events') }}
        and numerator <= denominator
        and reference_numerator <= reference_denominator

),

few_tested as (

    {{ two_groups_exact_p('few', 'figure_id', x1='numerator', n1='denominator', x0='reference_numerator', n0='reference_denominator') }}

),

scored as (

    select
        measured.*,
        few_tested.fisher_p,
        {{ two_proportion_z('numerator', 'denominator', 'reference_numerator', 'reference_denominator', 'rounding_variance') }} as z_statistic
    from measured
    left join few_tested
        on measured.figure_id = few_tested.figure_id

),

tested as (

    select
        scored.*,
        coalesce(fisher_p, {{ normal_two_sided_p('z_statistic') }}) as p_value,
        polarity = 'neutral' as is_neutral
    from scored

),

adjusted as (

    {{ benjamini_hochberg(
        'tested', 'p_value',
        ['metric_id', 'organisation_level', 'period_start', 'period_end', 'dimension', 'vocabulary', 'reference_kind', 'is_neutral']
    ) }}

),

judged as (

    select
        adjusted.*,
        case
            when polarity = 'neutral' then 'described, never judged'
            when value is null then 'no value is published for this group'
            when reference_group is null then 'no group is large enough to be the reference'
            when reference_value is null then 'no value is published for the reference group'
            when
                q_value <= {{ var('verdict_q') }}
                and (difference_lower_95 > 0 or difference_upper_95 < 0)
                then 'the interval of the difference leaves out zero after allowing for many comparisons'
            when
                least(numerator_high, reference_numerator_high) < {{ var('verdict_min_events') }}
                or least(denominator_low, reference_denominator_low) < {{ var('verdict_min_denominator') }}
                then 'too few women or babies to tell'
            else 'the difference is within what chance and rounding allow'
        end as verdict_reason
    from adjusted

)

select
    figure_id,
    value_figure_id,
    metric_id,
    organisation_code,
    organisation_level,
    organisation_role,
    lmns_code,
    period_start,
    period_end,
    dimension,
    group_code,
    vocabulary,
    reference_kind,
    reference_group,
    value,
    reference_value,
    difference,
    difference_lower_95,
    difference_upper_95,
    ratio,
    ratio_lower_95,
    ratio_upper_95,
    ratio_is_corrected,
    p_value,
    q_value,
    case verdict_reason
        when 'described, never judged' then 'not available'
        when 'no value is published for this group' then 'not available'
        when 'no group is large enough to be the reference' then 'too few to tell'
        when 'no value is published for the reference group' then 'not available'
        when 'too few women or babies to tell' then 'too few to tell'
        when 'the difference is within what chance and rounding allow' then 'no clear difference'
        else case
            when (difference > 0) = (polarity = 'low') then 'worse'
            else 'better'
        end
    end as verdict,
    verdict_reason
from judged
