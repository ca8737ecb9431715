-- PAR, PAF and the first-to-last gap of ordered groups: the reference is the most advantaged, the last.
with counted as (

    select
        cases.*,
        round(est / scaleval * pop) as x,
        count(*) over (partition by case_id) as group_count
    from {{ source('cases', 'inputs_heq_ordered') }} as cases

),

summed as (

    select
        case_id,
        max(favourable_indicator) = 1 as is_favourable,
        sum(pop * est) / nullif(sum(pop), 0) as mean_value,
        sum(x) as all_x,
        sum(pop) as all_n,
        max(case when subgroup_order = group_count then est end) as last_value,
        max(case when subgroup_order = group_count then se end) as last_se,
        max(case when subgroup_order = group_count then x end) as last_x,
        max(case when subgroup_order = group_count then pop end) as last_n,
        max(case when subgroup_order = 1 then est end) as first_value,
        max(case when subgroup_order = 1 then se end) as first_se
    from counted
    group by case_id

),

measured as (

    select
        summed.*,
        {{ attributable_risk('last_value', 'mean_value', 'is_favourable') }} as par,
        {{ paf_se('last_x', 'last_n', 'all_x', 'all_n') }} as paf_se_share
    from summed

)

select
    case_id,
    is_favourable,
    mean_value,
    par,
    par - {{ z_95() }} * paf_se_share * mean_value as par_lower_95,
    par + {{ z_95() }} * paf_se_share * mean_value as par_upper_95,
    100.0 * par / nullif(mean_value, 0) as paf,
    100.0 * paf_se_share as paf_se,
    last_x,
    last_n,
    all_x,
    all_n
from measured
