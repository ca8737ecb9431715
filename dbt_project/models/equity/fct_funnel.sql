-- Each organisation against England in the newest period, for everybody and within one group at a time: an overall
-- rate can look fine while the rate for Black or Asian women is an outlier. Limits with and without
-- over-dispersion; what rounding adds to the variance is in both.
with figure as (

    select
        metric_value.figure_id as value_figure_id,
        metric_value.metric_id,
        metric_value.organisation_code,
        metric_value.organisation_level,
        metric_value.organisation_role,
        metric_value.lmns_code,
        metric_value.period_start,
        metric_value.period_end,
        metric_value.dimension,
        metric_value.group_code,
        metric_value.vocabulary,
        metric_value.value,
        metric_value.numerator,
        metric_value.denominator,
        metric_value.lower_95,
        metric_value.upper_95,
        metric_value.lower_998,
        metric_value.upper_998,
        metric_value.england_value,
        metric.polarity,
        metric.multiplier,
        {{ rounding_variance(
            'metric_value.numerator', 'metric_value.numerator_low', 'metric_value.numerator_high',
            'metric_value.denominator', 'metric_value.denominator_low', 'metric_value.denominator_high'
        ) }} as rounding_variance
    from {{ ref('fct_metric_value') }} as metric_value
    inner join {{ ref('metrics') }} as metric
        on metric_value.metric_id = metric.metric_id
    left join {{ ref('strata') }} as strata
        on
            metric_value.dimension = strata.dimension
            and metric_value.group_code = strata.group_code
    where
        metric.kind = 'proportion'
        and metric_value.organisation_level in ('lmns', 'provider')
        and metric_value.value is not null
        and metric_value.denominator > 0
        and metric_value.england_value is not null
        and not coalesce(strata.is_unknown, false)

),

newest as (

    select
        figure.*,
        max(period_end) over (partition by metric_id, organisation_level, organisation_role, dimension, vocabulary) as newest_end
    from figure

),

targeted as (

    select
        newest.*,
        {{ figure_id('funnel', ['metric_id', 'organisation_level', 'organisation_role', 'period_start', 'period_end', 'dimension', 'group_code', 'vocabulary']) }} as funnel_key,
        value / multiplier as share,
        england_value / multiplier as target_share,
        england_value / multiplier * (1.0 - england_value / multiplier) / denominator + rounding_variance as chance_variance
    from newest
    where period_end = newest_end

),

dispersed as (

    {{ over_dispersion('targeted', ['funnel_key'], value='share', target='target_share', variance='chance_variance') }}

),

limited as (

    select
        dispersed.*,
        -- a handful of organisations cannot say how much organisations differ
        case when organisations >= {{ var('funnel_min_organisations') }} then tau_squared else 0.0 end as between_variance,
        {{ funnel_position('england_value', 'lower_95', 'upper_95', 'lower_998', 'upper_998') }} as position
    from dispersed

),

scored as (

    select
        limited.*,
        case when chance_variance > 0 then (share - target_share) / sqrt(chance_variance + between_variance) end as adjusted_z
    from limited

),

tested as (

    select
        scored.*,
        {{ normal_two_sided_p('adjusted_z') }} as p_value,
        case
            when adjusted_z is null then null
            when adjusted_z > {{ z_998() }} then 'above the 99.8% limit'
            when adjusted_z < -{{ z_998() }} then 'below the 99.8% limit'
            when adjusted_z > {{ z_95() }} then 'above the 95% limit'
            when adjusted_z < -{{ z_95() }} then 'below the 95% limit'
            else 'within the limits'
        end as adjusted_position
    from scored

),

adjusted as (

    {{ benjamini_hochberg('tested', 'p_value', ['funnel_key']) }}

)

select
    {{ figure_id('fu', ['value_figure_id']) }} as figure_id,
    value_figure_id,
    funnel_key,
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
    value,
    denominator,
    england_value as target,
    {% for name, macro, z in [
        ('limit_lower_95', funnel_proportion_lower, z_95()), ('limit_upper_95', funnel_proportion_upper, z_95()),
        ('limit_lower_998', funnel_proportion_lower, z_998()), ('limit_upper_998', funnel_proportion_upper, z_998()),
    ] -%}
    multiplier * ({{ macro('target_share', 'denominator', z, 'rounding_variance') }}) as {{ name }},
    multiplier * ({{ macro('target_share', 'denominator', z, '(rounding_variance + between_variance)') }}) as adjusted_{{ name }},
    {% endfor -%}
    position,
    adjusted_position,
    phi,
    multiplier * sqrt(between_variance) as between_sd,
    cast(organisations as integer) as organisations,
    p_value,
    q_value,
    case
        when polarity = 'neutral' or {{ 'adjusted_position' if var('funnel_over_dispersion') else 'position' }} is null then 'not available'
        when {{ 'adjusted_position' if var('funnel_over_dispersion') else 'position' }} not like '%99.8%' then 'no clear difference'
        when (value > england_value) = (polarity = 'high') then 'better'
        else 'worse'
    end as verdict
from adjusted
