with source as (

    select * from {{ source('workforce', 'workforce__headcount') }}

)

select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- period
    {{ published_date('month') }} as period_start,
    {{ month_end(published_date('month')) }} as period_end,

    ---------- who is counted
    trim(ethnicity) as ethnic_group,
    -- two totals: the short one leaves out those whose group is not known
    lower(trim(ethnicity)) like 'all - including unknown%' as is_everybody,
    trim(staff_group) as staff_group,
    trim(role_group) as role_group,
    trim(grade) as grade,
    cast({{ to_number('value') }} as integer) as headcount
from source
