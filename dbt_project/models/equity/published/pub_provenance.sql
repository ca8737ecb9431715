with lookup as (

    select
        file_id,
        max(source_id) as lookup_for
    from {{ ref('int_lookup_file') }}
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
    register.rows_read,
    register.rows_loaded,
    register.rows_quarantined,
    register.licence,
    register.verdict,
    register.reason,
    register.is_synthetic,
    register.last_fetch,
    lookup.lookup_for
from {{ source('register', 'file_register') }} as register
left join lookup
    on register.file_id = lookup.file_id
