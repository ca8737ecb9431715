select
    _file_id as file_id,
    _row_number as row_number,
    upper(trim(old_code)) as old_code,
    upper(trim(new_code)) as new_code,
    {{ published_date('succeeded_on') }} as succeeded_on
from {{ source('organisations', 'organisations__successor') }}
