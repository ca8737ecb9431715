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
        max(lmns_code) as lmns_code
    from {{ ref('int_local_row') }}
    group by file_id
    having count(distinct lmns_code) = 1

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
    coalesce(supplied.lmns_code, returned.lmns_code) as lmns_code
from {{ source('register', 'file_register') }} as register
left join lookup
    on register.file_id = lookup.file_id
left join supplied
    on register.file_id = supplied.file_id
left join returned
    on register.file_id = returned.file_id
