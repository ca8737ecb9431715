-- Members of a Maternity and Neonatal Voices Partnership, counted by group and area.
select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- what it says
    nullif(trim(supplier_code), '') as supplier_code,
    nullif(trim(supplier_name), '') as supplier_name,
    nullif(trim(lmns_code), '') as lmns_code,
    nullif(trim(group_name), '') as group_name,
    {{ published_date('as_at') }} as as_at,
    nullif(trim(member_role), '') as member_role,
    nullif(trim(dimension), '') as dimension,
    nullif(trim(group_code), '') as group_code,
    nullif(trim(area_code), '') as area_code,
    cast({{ to_number('members') }} as integer) as members,
    case when lower(trim(members)) in ('*', '[c]', '[x]', '[z]', '[low]', 'x') then trim(members) end as members_mark
from {{ source('local', 'local__voices_membership') }}
