select
    source_id,
    table_name,
    step,
    {{ protected_rows('rows_in', 'source_id') }} as rows_in,
    {{ protected_rows('rows_out', 'source_id') }} as rows_out,
    reason,
    {{ protected_rows('rows_reason', 'source_id') }} as rows_reason
from {{ ref('fct_reconciliation') }}
