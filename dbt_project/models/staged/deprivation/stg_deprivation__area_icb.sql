select
    _file_id as file_id,
    _row_number as row_number,
    upper(trim(lsoa21_code)) as area_code,
    trim(area_name) as area_name,
    upper(trim(sub_icb_code)) as sub_icb_ons_code,
    upper(trim(icb_code)) as icb_ons_code,
    -- the year of the boundaries stands in the header only
    2000 + cast({{ to_number(text_capture('lower(icb_code_header)', 'icb([0-9][0-9])')) }} as integer) as lookup_year
from {{ source('deprivation', 'deprivation__area_icb') }}
