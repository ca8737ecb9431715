-- Groups against their reference as fct_equity_gap judges them, from rounded counts.
with limited as (

    select
        cases.*,
        x / n as p1,
        best_x / best_n as p0,
        {{ wilson_lower('least(x_low, n_high)', 'n_high') }} as l1,
        {{ wilson_upper('least(x_high, n_low)', 'n_low') }} as u1,
        {{ wilson_lower('least(best_x_low, best_n_high)', 'best_n_high') }} as l0,
        {{ wilson_upper('least(best_x_high, best_n_low)', 'best_n_low') }} as u0,
        {{ two_proportion_z(
            'x', 'n', 'best_x', 'best_n',
            rounding_variance('x', 'x_low', 'x_high', 'n', 'n_low', 'n_high')
            ~ ' + ' ~ rounding_variance('best_x', 'best_x_low', 'best_x_high', 'best_n', 'best_n_low', 'best_n_high')
        ) }} as z_statistic
    from {{ source('cases', 'inputs_gaps') }} as cases

),

tested as (

    select
        limited.*,
        p1 - p0 as difference,
        {{ newcombe_lower('p1', 'l1', 'u1', 'p0', 'l0', 'u0') }} as difference_lower_95,
        {{ newcombe_upper('p1', 'l1', 'u1', 'p0', 'l0', 'u0') }} as difference_upper_95,
        {{ normal_two_sided_p('z_statistic') }} as p_value
    from limited

),

adjusted as (

    {{ benjamini_hochberg('tested', 'p_value', ['round']) }}

)

select
    adjusted.*,
    coalesce(q_value <= 0.05 and (difference_lower_95 > 0 or difference_upper_95 < 0), false) as is_verdict
from adjusted
