-- Inequality over all groups of a dimension in one number: one row a measure, ranking, metric, organisation
-- and period. seeds/inequality_measures.csv and inequality_dimensions.csv say what runs where. Standard errors are
-- those that each group's interval implies, so they hold the publisher's rounding as well as chance.
{% set series_columns = [
    'metric_id', 'organisation_level', 'organisation_code', 'organisation_role',
    'period_start', 'period_end', 'dimension', 'vocabulary',
] %}
{% set unordered_measures = [
    'bgv', 'bgsd', 'cov', 'theil', 'mld', 'idis_unweighted', 'idis_weighted', 'mdm_unweighted', 'mdm_weighted',
    'mdb_unweighted', 'mdb_weighted', 'mdr_unweighted', 'mdr_weighted', 'range_difference', 'range_ratio', 'par', 'paf',
] %}
{% set with_limits = ['bgv', 'bgsd', 'theil', 'mld', 'range_difference', 'range_ratio', 'par', 'paf'] %}
{% set concentration_measures = ['aci', 'rci', 'wagstaff', 'erreygers'] %}

with published_group as (

    select
        {{ figure_id('series', [
            'metric_value.metric_id', 'metric_value.organisation_level', 'metric_value.organisation_code',
            'metric_value.organisation_role', 'metric_value.period_start', 'metric_value.period_end',
            'metric_value.dimension', 'metric_value.vocabulary',
        ]) }} as series_key,
        {% for column in series_columns -%}
        metric_value.{{ column }},
        {% endfor -%}
        metric_value.lmns_code,
        metric_value.source_id,
        metric_value.group_code,
        strata.group_order,
        strata.is_fixed_reference,
        dimensions.is_ordered,
        metric.kind,
        metric.polarity,
        metric.polarity = 'high' as is_favourable,
        metric.multiplier,
        coalesce(metric_value.denominator, 0) as population,
        metric_value.value,
        {{ implied_se('metric_value.lower_95', 'metric_value.upper_95') }} as se,
        metric_value.numerator,
        metric_value.denominator,
        metric_value.numerator_high,
        metric_value.denominator_low,
        coalesce(metric_value.numerator_low <> metric_value.numerator_high, false) as is_rounded,
        -- the variance that rounding adds to a share: counts lie anywhere in the interval it leaves open
        {{ rounding_variance(
            'metric_value.numerator', 'metric_value.numerator_low', 'metric_value.numerator_high',
            'metric_value.denominator', 'metric_value.denominator_low', 'metric_value.denominator_high'
        ) }} as rounding_variance
    from {{ ref('fct_metric_value') }} as metric_value
    inner join {{ ref('metrics') }} as metric
        on metric_value.metric_id = metric.metric_id
    inner join {{ ref('strata') }} as strata
        on
            metric_value.dimension = strata.dimension
            and metric_value.group_code = strata.group_code
    inner join {{ ref('inequality_dimensions') }} as dimensions
        on metric_value.dimension = dimensions.dimension
    where
        metric.kind in ('proportion', 'rate')
        and metric_value.organisation_level in ('national', 'lmns', 'provider')
        and not strata.is_unknown

),

series as (

    select
        series_key,
        {% for column in series_columns -%}
        {{ column }},
        {% endfor -%}
        max(lmns_code) as lmns_code,
        max(source_id) as source_id,
        max(kind) as kind,
        max(polarity) as polarity,
        max(case when is_ordered then 1 else 0 end) = 1 as is_ordered,
        min(case when population > 0 then numerator_high end) as fewest_events,
        min(case when population > 0 then denominator_low end) as fewest_people,
        max(case when is_rounded then 1 else 0 end) = 1 as is_rounded,
        sum(case when population > 0 then 1 else 0 end) as groups
    from published_group
    group by series_key, {{ series_columns | join(', ') }}

),

-- groups of England in which nobody of the area is published keep their place on the national ranking
england_group as (

    select
        metric_id,
        period_start,
        period_end,
        dimension,
        vocabulary,
        group_code,
        max(group_order) as group_order,
        max(population) as population
    from published_group
    where organisation_level = 'national'
    group by metric_id, period_start, period_end, dimension, vocabulary, group_code

),

ordered_group as (

    select
        series.series_key,
        england_group.group_order,
        coalesce(area.population, 0) as population,
        area.value,
        area.se,
        england_group.population as national_population,
        area.multiplier
    from series
    inner join england_group
        on
            series.metric_id = england_group.metric_id
            and series.period_start = england_group.period_start
            and series.period_end = england_group.period_end
            and series.dimension = england_group.dimension
            and series.vocabulary = england_group.vocabulary
    left join published_group as area
        on
            series.series_key = area.series_key
            and england_group.group_code = area.group_code
    where series.is_ordered and series.organisation_level <> 'national'

),

area_group as (

    select
        series_key,
        group_order,
        group_code,
        population,
        value,
        se,
        is_favourable,
        is_fixed_reference,
        numerator,
        denominator,
        case when kind = 'proportion' then multiplier end as scale_max,
        rounding_variance,
        is_ordered
    from published_group
    where population > 0

),

ordered_area_group as (

    select *
    from area_group
    where is_ordered

),

proportion_group as (

    select *
    from area_group
    where scale_max is not null

),

area_slope as (

    {{ slope_index('ordered_area_group', ['series_key'], rank='group_order') }}

),

national_slope as (

    {{ slope_index('ordered_group', ['series_key'], rank='group_order', rank_weight='national_population') }}

),

concentration as (

    {{ concentration_index('ordered_area_group', ['series_key'], rank='group_order') }}

),

unordered as (

    {{ unordered_inequality(
        'area_group', ['series_key'], position='group_order', favourable='is_favourable',
        reference='is_fixed_reference', x='numerator', n='denominator'
    ) }}

),

difference_test as (

    {{ any_difference('proportion_group', ['series_key'], x='numerator', n='denominator', extra='rounding_variance') }}

),

-- PAR of ordered groups: the reference is the least deprived group, not the best one
least_deprived as (

    select
        series_key,
        max(case when is_fixed_reference then value end) as reference_value,
        max(case when is_fixed_reference then numerator end) as reference_x,
        max(case when is_fixed_reference then denominator end) as reference_n,
        sum(numerator) as all_x,
        sum(denominator) as all_n,
        sum(population * value) / nullif(sum(population), 0) as mean_value,
        max(case when is_favourable then 1 else 0 end) = 1 as is_favourable
    from ordered_area_group
    group by series_key

),

ordered_risk as (

    select
        series_key,
        mean_value,
        {{ attributable_risk('reference_value', 'mean_value', 'is_favourable') }} as par,
        {{ paf_se('reference_x', 'reference_n', 'all_x', 'all_n') }} as paf_se_share
    from least_deprived

),

slope_row as (

    {% for ranking, slope in [('area', 'area_slope'), ('national', 'national_slope')] -%}
    {% for measure, no_gap in [('sii', 'sii'), ('rii', 'rii')] -%}
    select
        series_key,
        '{{ measure }}' as measure,
        '{{ ranking }}' as ranking,
        {{ measure }} as value,
        {{ measure }}_lower_95 as lower_95,
        {{ measure }}_upper_95 as upper_95,
        groups,
        value_at_first,
        value_at_last,
        sii / nullif((sii_upper_95 - sii_lower_95) / (2.0 * {{ z_95() }}), 0) as z_statistic,
        cast(null as double) as chi_squared_p_value,
        cast(null as integer) as best_position,
        cast(null as integer) as tied_best,
        case when {{ measure }} is null then coalesce(reason, limits_reason) else limits_reason end as reason
    from {{ slope }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

concentration_row as (

    {% for measure in concentration_measures -%}
    select
        series_key,
        '{{ measure }}' as measure,
        'area' as ranking,
        {{ measure }} as value,
        {{ measure }}_lower_95 as lower_95,
        {{ measure }}_upper_95 as upper_95,
        groups,
        cast(null as double) as value_at_first,
        cast(null as double) as value_at_last,
        cast(null as double) as z_statistic,
        cast(null as double) as chi_squared_p_value,
        cast(null as integer) as best_position,
        cast(null as integer) as tied_best,
        coalesce(limits_reason, case when {{ measure }} is null then 'the measure has no upper bound' end) as reason
    from concentration
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

unordered_row as (

    {% for measure in unordered_measures -%}
    select
        unordered.series_key,
        '{{ measure }}' as measure,
        cast(null as varchar) as ranking,
        {{ measure }} as value,
        {{ measure ~ '_lower_95' if measure in with_limits else 'cast(null as double)' }} as lower_95,
        {{ measure ~ '_upper_95' if measure in with_limits else 'cast(null as double)' }} as upper_95,
        unordered.groups,
        cast(null as double) as value_at_first,
        cast(null as double) as value_at_last,
        cast(null as double) as z_statistic,
        cast(null as double) as chi_squared_p_value,
        cast(best_position as integer) as best_position,
        cast(tied_best as integer) as tied_best,
        case
            when {{ measure }} is null then coalesce(reason, limits_reason, 'there is no fixed reference group')
            {% if measure in with_limits -%}
            when {{ measure }}_lower_95 is null then limits_reason
            {%- else -%}
            else 'a sum of absolute gaps has no closed-form limits: see the test of any difference'
            {%- endif %}
        end as reason
    from unordered
    inner join series
        on unordered.series_key = series.series_key
    where not series.is_ordered
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

risk_row as (

    {% for measure, factor in [('par', 'mean_value'), ('paf', '100.0')] -%}
    select
        series_key,
        '{{ measure }}' as measure,
        cast(null as varchar) as ranking,
        {{ 'par' if measure == 'par' else '100.0 * par / nullif(mean_value, 0)' }} as value,
        {{ 'par' if measure == 'par' else '100.0 * par / nullif(mean_value, 0)' }} - {{ z_95() }} * {{ factor }} * paf_se_share as lower_95,
        {{ 'par' if measure == 'par' else '100.0 * par / nullif(mean_value, 0)' }} + {{ z_95() }} * {{ factor }} * paf_se_share as upper_95,
        cast(null as bigint) as groups,
        cast(null as double) as value_at_first,
        cast(null as double) as value_at_last,
        cast(null as double) as z_statistic,
        cast(null as double) as chi_squared_p_value,
        cast(null as integer) as best_position,
        cast(null as integer) as tied_best,
        case when par is null then 'the least deprived group has no value' end as reason
    from ordered_risk
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

test_row as (

    select
        series_key,
        'any_difference' as measure,
        cast(null as varchar) as ranking,
        statistic as value,
        cast(null as double) as lower_95,
        cast(null as double) as upper_95,
        groups,
        cast(null as double) as value_at_first,
        cast(null as double) as value_at_last,
        cast(null as double) as z_statistic,
        p_value as chi_squared_p_value,
        cast(null as integer) as best_position,
        cast(null as integer) as tied_best,
        coalesce(reason, case when smallest_expected < 5 then 'fewer than 5 events expected in a group: the p-value is approximate' end) as reason
    from difference_test

),

every_row as (

    select * from slope_row
    union all
    select * from concentration_row
    union all
    select * from unordered_row
    union all
    select * from risk_row
    union all
    select * from test_row

),

registered as (

    select
        series.*,
        register.measure,
        register.ranking,
        register.scale,
        register.no_gap,
        register.is_judged,
        case when series.groups >= register.min_groups then every_row.value end as value,
        case when series.groups >= register.min_groups then every_row.lower_95 end as lower_95,
        case when series.groups >= register.min_groups then every_row.upper_95 end as upper_95,
        case when series.groups >= register.min_groups then every_row.value_at_first end as value_at_first,
        case when series.groups >= register.min_groups then every_row.value_at_last end as value_at_last,
        every_row.z_statistic,
        case
            when series.groups < register.min_groups then null
            when every_row.measure = 'any_difference' then every_row.chi_squared_p_value
            when register.is_judged then {{ normal_two_sided_p('every_row.z_statistic') }}
        end as p_value,
        best.group_code as best_group,
        every_row.tied_best,
        case
            when series.groups < register.min_groups then 'too few groups are published'
            else every_row.reason
        end as reason
    from every_row
    inner join series
        on every_row.series_key = series.series_key
    inner join {{ ref('inequality_measures') }} as register
        on
            every_row.measure = register.measure
            and coalesce(every_row.ranking, '') = coalesce(register.ranking, '')
            and (
                register.family = 'any'
                or (register.family = 'ordered' and series.is_ordered)
                or (register.family = 'unordered' and not series.is_ordered)
            )
            and concat('|', register.metric_kinds, '|') like concat('%|', series.kind, '|%')
    left join {{ ref('strata') }} as best
        on
            series.dimension = best.dimension
            and every_row.best_position = best.group_order

),

adjusted as (

    {{ benjamini_hochberg(
        'registered', 'p_value',
        ['metric_id', 'organisation_level', 'period_start', 'period_end', 'dimension', 'vocabulary', 'measure', 'ranking', 'polarity']
    ) }}

),

judged as (

    select
        adjusted.*,
        case
            when not is_judged then 'a description: the verdict is with the slope index or the test of any difference'
            when polarity = 'neutral' then 'described, never judged'
            when value is null then reason
            when p_value is null then coalesce(reason, 'there is no test')
            when
                q_value <= {{ var('verdict_q') }}
                and (measure = 'any_difference' or lower_95 > no_gap or upper_95 < no_gap)
                then 'more than chance and rounding allow, after allowing for many comparisons'
            when
                fewest_events < {{ var('verdict_min_events') }}
                or fewest_people < {{ var('verdict_min_denominator') }}
                then 'too few women or babies in a group to tell'
            else 'within what chance and rounding allow'
        end as verdict_reason
    from adjusted

)

select
    {{ figure_id('iq', series_columns + ['measure', 'ranking']) }} as figure_id,
    metric_id,
    organisation_code,
    organisation_level,
    organisation_role,
    lmns_code,
    source_id,
    period_start,
    period_end,
    dimension,
    vocabulary,
    measure,
    ranking,
    value,
    lower_95,
    upper_95,
    cast(groups as integer) as groups,
    value_at_first,
    value_at_last,
    p_value,
    q_value,
    best_group,
    tied_best,
    coalesce({{ few_events('fewest_events') }}, false) as has_few_events,
    is_rounded,
    reason,
    case
        when not is_judged or polarity = 'neutral' or value is null or p_value is null then 'not available'
        when verdict_reason = 'too few women or babies in a group to tell' then 'too few to tell'
        when verdict_reason = 'within what chance and rounding allow' then 'no clear difference'
        -- some group is worse off than another; on an ordered dimension, which end
        when measure = 'any_difference' then 'worse'
        when (value > no_gap) = (polarity = 'high') then 'worse'
        else 'better'
    end as verdict,
    verdict_reason
from judged
