select
    source_id,
    table_name,
    step,
    rows_in,
    rows_out,
    reason,
    rows_reason
from {{ ref('fct_reconciliation') }}
