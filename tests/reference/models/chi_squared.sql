-- The distribution functions by themselves.
select
    statistic,
    df,
    {{ chi_squared_p('statistic', 'df') }} as p_value,
    {{ normal_two_sided_p('z') }} as normal_p,
    {{ normal_cdf('z') }} as normal_cdf
from {{ source('cases', 'inputs_chi_squared') }}
