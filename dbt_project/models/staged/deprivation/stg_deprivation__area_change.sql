select
    _file_id as file_id,
    _row_number as row_number,
    upper(trim(lsoa11_code)) as area_code_2011,
    upper(trim(lsoa21_code)) as area_code_2021,
    upper(trim(change_code)) as change_code
from {{ source('deprivation', 'deprivation__area_change') }}
