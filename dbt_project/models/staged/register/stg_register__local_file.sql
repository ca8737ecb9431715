select
    file_id,
    dataset,
    supplier_code,
    {{ to_date('file_month', 'iso') }} as file_month,
    mapping,
    key_id,
    numbers_valid,
    numbers_given,
    numbers_invalid,
    numbers_missing,
    dates_unreadable,
    postcodes_found,
    postcodes_not_found,
    codes_not_understood,
    texts_withheld
from {{ source('register', 'local_file') }}
