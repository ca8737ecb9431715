-- Exact limits of the expected events behind each count of a rate's or ratio's funnel.
with limited as (

    {{ poisson_exact_limits(source('cases', 'funnel_counts'), 'axis_value', x='axis_value', largest=20000) }}

)

select
    axis.set_id,
    axis.axis_value,
    axis.target,
    limited.lower_95,
    limited.upper_95,
    limited.lower_998,
    limited.upper_998
from {{ source('cases', 'funnel_axis') }} as axis
inner join limited
    on axis.axis_value = limited.axis_value
where axis.statistic <> 'proportion'
