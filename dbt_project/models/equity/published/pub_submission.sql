-- What was asked for of each supplier, received, late and missing, month by month.
select
    figure_id,
    lmns_code,
    supplier_code,
    -- a month that was not asked for carries no name of its own
    max(supplier_name) over (partition by lmns_code, supplier_code) as supplier_name,
    dataset,
    submission_month,
    submission_status,
    due_date,
    days_late,
    files,
    rows_received,
    rows_used,
    rows_mark,
    first_received,
    last_received,
    as_of_date
from {{ ref('fct_submission') }}
