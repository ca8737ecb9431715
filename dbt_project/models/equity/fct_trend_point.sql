-- XmR charts: each month of each series with its limits and the rule of Making Data Count that it breaks.
-- A rebase that seeds/trend_rebase.csv declares starts new limits.
with monthly as (

    select
        {{ figure_id('series', [
            'metric_value.metric_id', 'metric_value.organisation_level', 'metric_value.organisation_code',
            'metric_value.organisation_role', 'metric_value.dimension', 'metric_value.group_code', 'metric_value.vocabulary',
        ]) }} as series_key,
        metric_value.figure_id as value_figure_id,
        metric_value.metric_id,
        metric_value.organisation_code,
        metric_value.organisation_level,
        metric_value.organisation_role,
        metric_value.lmns_code,
        metric_value.dimension,
        metric_value.group_code,
        metric_value.vocabulary,
        metric_value.period_start,
        metric_value.period_end,
        metric_value.value,
        metric.polarity
    from {{ ref('fct_metric_value') }} as metric_value
    inner join {{ ref('metrics') }} as metric
        on metric_value.metric_id = metric.metric_id
    left join {{ ref('strata') }} as strata
        on
            metric_value.dimension = strata.dimension
            and metric_value.group_code = strata.group_code
    where
        metric.kind in ('proportion', 'rate')
        and metric_value.period_window = 'month'
        and metric_value.organisation_level in ('national', 'lmns', 'provider')
        and metric_value.value is not null
        and not coalesce(strata.is_unknown, false)

),

rebased as (

    select
        monthly.value_figure_id,
        count(rebase.rebase_from) as segment
    from monthly
    left join {{ ref('trend_rebase') }} as rebase
        on
            monthly.metric_id = rebase.metric_id
            and (rebase.organisation_code is null or monthly.organisation_code = rebase.organisation_code)
            and monthly.period_start >= rebase.rebase_from
    group by monthly.value_figure_id

),

segmented as (

    select
        monthly.series_key,
        monthly.period_start,
        monthly.value,
        rebased.segment,
        cast(null as integer) as baseline
    from monthly
    inner join rebased
        on monthly.value_figure_id = rebased.value_figure_id

),

charted as (

    {{ xmr_points('segmented', ['series_key']) }}

)

select
    {{ figure_id('tp', ['monthly.value_figure_id']) }} as figure_id,
    monthly.value_figure_id,
    monthly.series_key,
    monthly.metric_id,
    monthly.organisation_code,
    monthly.organisation_level,
    monthly.organisation_role,
    monthly.lmns_code,
    monthly.dimension,
    monthly.group_code,
    monthly.vocabulary,
    monthly.period_start,
    monthly.period_end,
    monthly.value,
    monthly.polarity,
    charted.xmr_segment as segment,
    charted.series_number,
    charted.series_points,
    charted.segment_points,
    charted.mean_value,
    charted.lower_limit,
    charted.upper_limit,
    charted.rule,
    charted.direction,
    {{ variation_icon('charted.direction', 'monthly.polarity') }} as variation,
    charted.reason
from monthly
inner join charted
    on
        monthly.series_key = charted.series_key
        and monthly.period_start = charted.xmr_moment
