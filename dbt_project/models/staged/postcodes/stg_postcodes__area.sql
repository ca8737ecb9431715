select
    _file_id as file_id,
    _row_number as row_number,
    upper(replace(postcode, ' ', '')) as postcode,
    nullif(trim(lsoa_code_2021), '') as lsoa_code_2021
from {{ source('postcodes', 'postcodes__area') }}
