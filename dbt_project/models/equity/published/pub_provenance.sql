with lookup as (

    select
        file_id,
        max(source_id) as lookup_for
    from {{ ref('int_lookup_file') }}
    group by file_id

),

supplied as (

    select
        file_id,
        case when count(distinct lmns_code) = 1 then max(lmns_code) end as lmns_code,
        case when count(distinct supplier_code) = 1 then max(supplier_code) end as supplier_code,
        -- the one month of all its rows
        case when count(distinct row_month) = 1 and count(row_month) = count(*) then max(row_month) end as row_month
    from {{ ref('int_local_row') }}
    group by file_id

),

local_file as (

    select
        file_id,
        min(table_name) as table_name
    from {{ source('register', 'file_table') }}
    where source_id = 'local'
    group by file_id

),

-- what a system has sent back is for the system and its partners
returned as (

    select
        file_id,
        max(lmns_code) as lmns_code
    from {{ ref('stg_action_plan__row') }}
    group by file_id

)

select
    register.file_id as file_sha256,
    register.source_id,
    register.publisher,
    register.publication,
    register.file_name,
    register.address,
    register.release,
    register.period_start,
    register.period_end,
    register.received_at,
    {{ protected_rows('register.rows_read', 'register.source_id') }} as rows_read,
    {{ protected_rows('register.rows_loaded', 'register.source_id') }} as rows_loaded,
    {{ protected_rows('register.rows_quarantined', 'register.source_id') }} as rows_quarantined,
    register.licence,
    register.verdict,
    register.reason,
    register.is_synthetic,
    register.last_fetch,
    lookup.lookup_for,
    coalesce({{ needs_protection('register.source_id') }} or register.source_id = 'action_plan', false) as is_protected,
    coalesce(supplied.lmns_code, returned.lmns_code) as lmns_code,
    local_file.table_name as local_table,
    supplied.supplier_code as local_supplier,
    supplied.row_month as local_month
from {{ source('register', 'file_register') }} as register
left join lookup
    on register.file_id = lookup.file_id
left join local_file
    on register.file_id = local_file.file_id
left join supplied
    on register.file_id = supplied.file_id
left join returned
    on register.file_id = returned.file_id
-- the name of a file that was not loaded can be anything, a person's among them
where register.verdict = 'loaded'
