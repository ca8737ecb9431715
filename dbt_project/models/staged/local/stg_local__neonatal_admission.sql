-- One admission to neonatal care, with the baby's and the mother's ethnic category as separate fields.
select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- what it says
    nullif(trim(supplier_code), '') as supplier_code,
    nullif(trim(supplier_name), '') as supplier_name,
    nullif(trim(lmns_code), '') as lmns_code,
    nullif(trim(admission_id), '') as admission_id,
    nullif(trim(baby_pseudonym), '') as baby_pseudonym,
    nullif(trim(baby_number_status), '') as baby_number_status,
    nullif(trim(mother_pseudonym), '') as mother_pseudonym,
    nullif(trim(mother_number_status), '') as mother_number_status,
    {{ published_date('birth_month') }} as birth_month,
    {{ published_date('admission_month') }} as admission_month,
    cast({{ to_number('age_at_admission_days') }} as integer) as age_at_admission_days,
    nullif(trim(provider_code), '') as provider_code,
    nullif(trim(unit_code), '') as unit_code,
    nullif(trim(lsoa_code), '') as lsoa_code,
    cast({{ to_number('lsoa_vintage') }} as integer) as lsoa_vintage,
    nullif(trim(lsoa_status), '') as lsoa_status,
    cast({{ to_number('gestation_at_birth_days') }} as integer) as gestation_at_birth_days,
    cast({{ to_number('birth_weight_grams') }} as integer) as birth_weight_grams,
    nullif(trim(sex), '') as sex,
    nullif(trim(baby_ethnic_category), '') as baby_ethnic_category,
    nullif(trim(mother_ethnic_category), '') as mother_ethnic_category
from {{ source('local', 'local__neonatal_admission') }}
