-- One row a series and method: xmr (months: is the latest month special, against the series' own past?),
-- cochran_armitage (the last five years) and gap (is the difference from the fixed reference group
-- growing?). Periods that overlap get a row that says so, and no test.
{% set series_columns = [
    'metric_id', 'organisation_code', 'organisation_level', 'organisation_role', 'dimension', 'group_code', 'vocabulary',
] %}

with figure as (

    select
        {{ figure_id('series', [
            'metric_value.metric_id', 'metric_value.organisation_level', 'metric_value.organisation_code',
            'metric_value.organisation_role', 'metric_value.dimension', 'metric_value.group_code', 'metric_value.vocabulary',
        ]) }} as series_key,
        metric_value.figure_id,
        {% for column in series_columns -%}
        metric_value.{{ column }},
        {% endfor -%}
        metric_value.lmns_code,
        metric_value.source_id,
        metric_value.period_start,
        metric_value.period_end,
        metric_value.period_window,
        metric_value.numerator,
        metric_value.denominator,
        metric_value.value,
        metric.kind,
        metric.polarity,
        metric.multiplier
    from {{ ref('fct_metric_value') }} as metric_value
    inner join {{ ref('metrics') }} as metric
        on metric_value.metric_id = metric.metric_id
    left join {{ ref('strata') }} as strata
        on
            metric_value.dimension = strata.dimension
            and metric_value.group_code = strata.group_code
    where
        metric.kind in ('proportion', 'rate')
        and metric_value.organisation_level in ('national', 'lmns', 'provider')
        and metric_value.value is not null
        and not coalesce(strata.is_unknown, false)

),

series as (

    select
        series_key,
        period_window,
        {% for column in series_columns -%}
        {{ column }},
        {% endfor -%}
        max(lmns_code) as lmns_code,
        max(source_id) as source_id,
        max(kind) as kind,
        max(polarity) as polarity,
        max(multiplier) as multiplier,
        min(period_start) as first_period,
        max(period_end) as last_period,
        count(*) as points
    from figure
    group by series_key, period_window, {{ series_columns | join(', ') }}

),

latest_point as (

    select
        point.series_key,
        point.value as latest_value,
        point.mean_value,
        point.lower_limit,
        point.upper_limit,
        point.rule,
        point.variation,
        point.series_points,
        point.reason,
        {{ assurance_icon('coalesce(own_target.target, common_target.target)', 'point.lower_limit', 'point.upper_limit', 'point.polarity') }} as assurance
    from {{ ref('fct_trend_point') }} as point
    left join {{ ref('targets') }} as own_target
        on
            point.metric_id = own_target.metric_id
            and point.organisation_code = own_target.organisation_code
    left join {{ ref('targets') }} as common_target
        on
            point.metric_id = common_target.metric_id
            and common_target.organisation_code is null
    where point.series_number = point.series_points

),

yearly as (

    select
        figure.series_key,
        figure.period_window,
        cast(extract(year from figure.period_start) as integer) as year,
        figure.numerator,
        figure.denominator,
        row_number() over (
            partition by figure.series_key, figure.period_window
            order by figure.period_start desc
        ) as years_back
    from figure
    where
        figure.period_window in ('calendar_year', 'financial_year')
        and figure.kind = 'proportion'

),

last_years as (

    select *
    from yearly
    where years_back <= 5

),

years_tested as (

    {{ cochran_armitage('last_years', ['series_key', 'period_window'], x='numerator', n='denominator') }}

),

gap_point as (

    select
        figure.series_key,
        figure.period_window,
        -- years since a fixed day, so that the slope is the change of the gap in a year
        {{ dbt.datediff("cast('2000-01-01' as date)", 'figure.period_start', 'month') }} / 12.0 as moment,
        gap.difference,
        {{ implied_se('gap.difference_lower_95', 'gap.difference_upper_95') }} as se,
        gap.reference_group
    from {{ ref('fct_equity_gap') }} as gap
    inner join figure
        on gap.value_figure_id = figure.figure_id
    where
        gap.reference_kind = 'fixed'
        and figure.period_window in ('month', 'quarter', 'calendar_year', 'financial_year')

),

gap_tested as (

    {{ gap_trend('gap_point', ['series_key', 'period_window', 'reference_group']) }}

),

every_row as (

    select
        latest_point.series_key,
        'month' as period_window,
        'xmr' as method,
        cast(null as varchar) as reference_group,
        latest_point.latest_value,
        latest_point.mean_value,
        latest_point.lower_limit,
        latest_point.upper_limit,
        latest_point.rule,
        latest_point.variation,
        latest_point.assurance,
        cast(null as double) as slope,
        cast(null as double) as slope_lower_95,
        cast(null as double) as slope_upper_95,
        cast(null as double) as statistic,
        cast(null as double) as p_value,
        cast(null as varchar) as marker,
        latest_point.reason
    from latest_point
    union all
    select
        series_key,
        period_window,
        'cochran_armitage' as method,
        cast(null as varchar) as reference_group,
        cast(null as double) as latest_value,
        cast(null as double) as mean_value,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        cast(null as varchar) as rule,
        cast(null as varchar) as variation,
        cast(null as varchar) as assurance,
        slope,
        cast(null as double) as slope_lower_95,
        cast(null as double) as slope_upper_95,
        statistic,
        p_value,
        marker,
        coalesce(reason, case when rests_on_one_year then 'the trend turns round if one year is left out' end) as reason
    from years_tested
    union all
    select
        series_key,
        period_window,
        'gap' as method,
        reference_group,
        cast(null as double) as latest_value,
        mean_gap as mean_value,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        cast(null as varchar) as rule,
        cast(null as varchar) as variation,
        cast(null as varchar) as assurance,
        slope,
        slope_lower_95,
        slope_upper_95,
        z_statistic as statistic,
        p_value,
        cast(null as varchar) as marker,
        reason
    from gap_tested
    union all
    select
        series_key,
        period_window,
        'none' as method,
        cast(null as varchar) as reference_group,
        cast(null as double) as latest_value,
        cast(null as double) as mean_value,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        cast(null as varchar) as rule,
        cast(null as varchar) as variation,
        cast(null as varchar) as assurance,
        cast(null as double) as slope,
        cast(null as double) as slope_lower_95,
        cast(null as double) as slope_upper_95,
        cast(null as double) as statistic,
        cast(null as double) as p_value,
        cast(null as varchar) as marker,
        'the periods overlap, so that one month counts several times' as reason
    from series
    where
        period_window not in ('month', 'quarter', 'calendar_year', 'financial_year')
        and points > 1

),

placed as (

    select
        series.*,
        every_row.method,
        every_row.reference_group,
        every_row.latest_value,
        every_row.mean_value,
        every_row.lower_limit,
        every_row.upper_limit,
        every_row.rule,
        every_row.variation,
        every_row.assurance,
        -- the slope of a share per year, in the units of the metric
        case when every_row.method = 'cochran_armitage' then series.multiplier else 1.0 end * every_row.slope as slope,
        every_row.slope_lower_95,
        every_row.slope_upper_95,
        every_row.statistic,
        every_row.p_value,
        every_row.marker,
        every_row.reason
    from every_row
    inner join series
        on
            every_row.series_key = series.series_key
            and every_row.period_window = series.period_window

),

adjusted as (

    {{ benjamini_hochberg(
        'placed', 'p_value',
        ['method', 'metric_id', 'organisation_level', 'period_window', 'dimension', 'vocabulary', 'polarity']
    ) }}

),

judged as (

    select
        adjusted.*,
        case
            when method = 'xmr' and upper_limit is not null and rule is not null then variation
            when method = 'xmr' and upper_limit is not null then 'common_cause'
            when method = 'cochran_armitage' then marker
            when method = 'gap' and q_value <= {{ var('verdict_q') }} then case when slope > 0 then 'increasing' else 'decreasing' end
            when method = 'gap' and q_value is not null then 'no clear change'
        end as signal
    from adjusted

)

select
    {{ figure_id('tr', series_columns + ['period_window', 'method', 'reference_group']) }} as figure_id,
    series_key,
    {% for column in series_columns -%}
    {{ column }},
    {% endfor -%}
    lmns_code,
    source_id,
    period_window,
    first_period as period_start,
    last_period as period_end,
    method,
    reference_group,
    cast(points as integer) as points,
    latest_value,
    mean_value,
    lower_limit,
    upper_limit,
    rule,
    case when method = 'xmr' then signal end as variation,
    assurance,
    slope,
    slope_lower_95,
    slope_upper_95,
    statistic,
    p_value,
    q_value,
    case
        when polarity = 'neutral' or signal is null then 'not available'
        when signal in ('common_cause', 'no clear change') and method = 'xmr' and points < {{ var('trend_min_points') }}
            then 'too few to tell'
        when signal in ('common_cause', 'no clear change') then 'no clear difference'
        when signal like 'improvement%' then 'better'
        when signal like 'concern%' then 'worse'
        when (signal = 'increasing') = (polarity = 'high') then 'better'
        else 'worse'
    end as verdict,
    case
        when reason is not null then reason
        when method = 'xmr' and points < {{ var('trend_min_points') }}
            then 'fewer than {{ var('trend_min_points') }} months: the limits are provisional'
        when method = 'xmr' and rule is not null then concat('the latest month breaks a rule: ', rule)
        when method = 'xmr' then 'the latest month is within what this series does by chance'
        when method = 'cochran_armitage' then 'the last five years, at the 99.8% level'
        else 'change of the difference from the reference group in a year'
    end as verdict_reason
from judged
