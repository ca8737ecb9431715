-- Two groups: difference, ratios and the p-value of the normal approximation.
with limited as (

    select
        case_id,
        x1,
        n1,
        x0,
        n0,
        coalesce({{ proportion_problem('x1', 'n1') }}, {{ proportion_problem('x0', 'n0') }}) as reason,
        x1 / nullif(n1, 0) as p1,
        x0 / nullif(n0, 0) as p0,
        {{ wilson_lower('x1', 'n1') }} as l1,
        {{ wilson_upper('x1', 'n1') }} as u1,
        {{ wilson_lower('x0', 'n0') }} as l0,
        {{ wilson_upper('x0', 'n0') }} as u0,
        {{ two_proportion_z('x1', 'n1', 'x0', 'n0') }} as z_statistic
    from {{ source('cases', 'inputs_pairs') }}

)

select
    case_id,
    x1,
    x0,
    n1,
    n0,
    reason,
    case when reason is null then p1 - p0 end as difference,
    {{ newcombe_lower('p1', 'l1', 'u1', 'p0', 'l0', 'u0') }} as difference_lower_95,
    {{ newcombe_upper('p1', 'l1', 'u1', 'p0', 'l0', 'u0') }} as difference_upper_95,
    case when reason is null and p0 > 0 then p1 / p0 end as ratio,
    {{ ratio_is_corrected('x1', 'x0') }} as ratio_is_corrected,
    {{ risk_ratio_lower('x1', 'n1', 'x0', 'n0') }} as risk_ratio_lower_95,
    {{ risk_ratio_upper('x1', 'n1', 'x0', 'n0') }} as risk_ratio_upper_95,
    {{ rate_ratio_lower('x1', 'n1', 'x0', 'n0') }} as rate_ratio_lower_95,
    {{ rate_ratio_upper('x1', 'n1', 'x0', 'n0') }} as rate_ratio_upper_95,
    z_statistic,
    {{ normal_two_sided_p('z_statistic') }} as p_value
from limited
