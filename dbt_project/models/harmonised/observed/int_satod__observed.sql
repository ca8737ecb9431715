-- Exact counts by the woman's general practice: what each count stands for is its part.
select
    'satod' as source_id,
    'satod__quarter' as table_name,
    quarter.file_id,
    quarter.row_number,
    quarter.organisation_code,
    quarter.organisation_level,
    'responsibility' as organisation_role,
    quarter.period_start,
    quarter.period_end,
    'quarter' as period_window,
    register.release,
    'satod.maternities' as concept,
    quarter.measure as part,
    cast(null as varchar) as vocabulary,
    cast(null as varchar) as native_group,
    cast(null as varchar) as vocabulary_2,
    cast(null as varchar) as native_group_2,
    'count' as measure,
    quarter.value,
    quarter.value as value_low,
    quarter.value as value_high,
    cast(null as varchar) as mark,
    {{ source_caveat('satod') }} as caveat
from {{ ref('stg_satod__quarter') }} as quarter
inner join {{ source('register', 'file_register') }} as register
    on quarter.file_id = register.file_id
