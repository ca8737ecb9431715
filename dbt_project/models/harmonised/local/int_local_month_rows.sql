-- Each row is one month of one local file: how many rows it has.
select
    dataset,
    lmns_code,
    supplier_code,
    row_month,
    file_id,
    count(*) as held_rows
from {{ ref('int_local_held') }}
group by dataset, lmns_code, supplier_code, row_month, file_id
