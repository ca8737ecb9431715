-- The record of what was asked for, received, late and missing. A row of a local file can be a person, so numbers of rows
-- have passed the protection gate.
select
    {{ figure_id('su', ['lmns_code', 'supplier_code', 'dataset', 'submission_month']) }} as figure_id,
    lmns_code,
    supplier_code,
    supplier_name,
    dataset,
    submission_month,
    due_date,
    as_of_date,
    files,
    {{ protected_rows('rows_received', "'local'") }} as rows_received,
    {{ protected_rows('rows_used', "'local'") }} as rows_used,
    case
        when {{ is_small('rows_received') }} or {{ is_small('rows_used') }} then '[c]'
    end as rows_mark,
    first_received,
    last_received,
    days_late,
    submission_status
from {{ ref('int_submission') }}
