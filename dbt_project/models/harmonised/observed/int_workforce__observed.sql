-- Midwives of England by ethnic group and grade. A grade is a part and is never added to another.
select
    'workforce' as source_id,
    'workforce__headcount' as table_name,
    headcount.file_id,
    headcount.row_number,
    'ALL' as organisation_code,
    'national' as organisation_level,
    'provider' as organisation_role,
    headcount.period_start,
    headcount.period_end,
    'month' as period_window,
    register.release,
    'workforce.midwives' as concept,
    headcount.grade as part,
    case when not headcount.is_everybody then 'workforce.ethnic_group' end as vocabulary,
    case when not headcount.is_everybody then headcount.ethnic_group end as native_group,
    cast(null as varchar) as vocabulary_2,
    cast(null as varchar) as native_group_2,
    'count' as measure,
    headcount.headcount as value,
    headcount.headcount as value_low,
    headcount.headcount as value_high,
    cast(null as varchar) as mark,
    {{ source_caveat('workforce') }} as caveat
from {{ ref('stg_workforce__headcount') }} as headcount
inner join {{ source('register', 'file_register') }} as register
    on headcount.file_id = register.file_id
where lower(headcount.role_group) = 'midwives'
