-- Every row that went into a step came out of it or has a reason.
select
    source_id,
    table_name,
    step,
    max(rows_in) as rows_in,
    max(rows_out) as rows_out,
    sum(rows_reason) as rows_with_a_reason
from {{ ref('fct_reconciliation') }}
group by source_id, table_name, step
having max(rows_in) <> max(rows_out) + sum(rows_reason)
