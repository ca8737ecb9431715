-- Limits of a proportion's funnel at each point of its axis, in percent.
select
    set_id,
    axis_value,
    {% for name, macro, z in [
        ('lower_95', funnel_proportion_lower, z_95()), ('upper_95', funnel_proportion_upper, z_95()),
        ('lower_998', funnel_proportion_lower, z_998()), ('upper_998', funnel_proportion_upper, z_998()),
    ] -%}
    100.0 * ({{ macro('target', 'axis_value', z) }}) as {{ name }}{{ ',' if not loop.last }}
    {% endfor %}
from {{ source('cases', 'funnel_axis') }}
where statistic = 'proportion'
