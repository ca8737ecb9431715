-- Members of the partnerships of each system by part and ethnic group, as last counted. A group that a supplier marks
-- instead of counting has no number, and then neither have the sums that it is part of.
with used as (

    select member.*
    from {{ ref('stg_local__voices_membership') }} as member
    inner join {{ ref('int_local_row') }} as local_row
        on
            member.file_id = local_row.file_id
            and member.row_number = local_row.row_number
    where
        local_row.dataset = 'voices_membership'
        and local_row.is_used
        and member.dimension = 'ethnicity'

),

ranked as (

    select
        used.*,
        rank() over (
            partition by lmns_code, supplier_code, group_name, member_role
            order by as_at desc
        ) as age_rank
    from used

),

grouped as (

    select
        ranked.lmns_code,
        ranked.member_role,
        ranked.as_at,
        coalesce(category.group_code, upper(trim(ranked.group_code))) as group_code,
        ranked.members
    from ranked
    left join {{ ref('ethnic_category') }} as category
        on upper(trim(ranked.group_code)) = category.ethnic_category
    where ranked.age_rank = 1

)

select
    grouped.lmns_code,
    grouped.member_role,
    grouped.group_code,
    coalesce(strata.is_unknown, true) as is_unknown,
    min(grouped.as_at) as period_start,
    max(grouped.as_at) as period_end,
    case when count(grouped.members) = count(*) then sum(grouped.members) end as members
from grouped
left join {{ ref('strata') }} as strata
    on
        strata.dimension = 'ethnicity'
        and grouped.group_code = strata.group_code
group by grouped.lmns_code, grouped.member_role, grouped.group_code, coalesce(strata.is_unknown, true)
