select
    _file_id as file_id,
    _row_number as row_number,
    upper(trim(lsoa21_code)) as area_code,
    trim(area_name) as area_name,
    -- written as 29199.00 in some files
    cast({{ to_number('imd_rank') }} as integer) as imd_rank,
    cast({{ to_number('imd_decile') }} as integer) as imd_decile
from {{ source('deprivation', 'deprivation__imd_2025') }}
