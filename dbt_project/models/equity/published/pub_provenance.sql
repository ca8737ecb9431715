select
    file_id as file_sha256,
    source_id,
    publisher,
    publication,
    file_name,
    address,
    release,
    period_start,
    period_end,
    received_at,
    rows_read,
    rows_loaded,
    rows_quarantined,
    licence,
    verdict,
    reason,
    is_synthetic
from {{ source('register', 'file_register') }}
