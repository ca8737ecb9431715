select
    file_id,
    source_id,
    sheet,
    row_number,
    column_name,
    rule,
    message
from {{ source('register', 'file_remark') }}
