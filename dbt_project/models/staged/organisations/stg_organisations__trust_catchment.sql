select
    _file_id as file_id,
    _row_number as row_number,
    upper(trim(trust_code)) as provider_code,
    upper(trim(icb_code)) as icb_ons_code,
    {{ to_number('share') }} as share
from {{ source('organisations', 'organisations__trust_catchment') }}
