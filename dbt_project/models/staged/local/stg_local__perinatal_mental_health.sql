-- One referral to a perinatal mental health service, with its contacts.
select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- what it says
    nullif(trim(supplier_code), '') as supplier_code,
    nullif(trim(supplier_name), '') as supplier_name,
    nullif(trim(lmns_code), '') as lmns_code,
    nullif(trim(referral_id), '') as referral_id,
    nullif(trim(mother_pseudonym), '') as mother_pseudonym,
    nullif(trim(mother_number_status), '') as mother_number_status,
    {{ published_date('referral_date') }} as referral_date,
    {{ published_date('first_attended_contact_date') }} as first_attended_contact_date,
    cast({{ to_number('attended_contacts') }} as integer) as attended_contacts,
    nullif(trim(provider_code), '') as provider_code,
    cast({{ to_number('mother_age_at_referral') }} as integer) as mother_age_at_referral,
    nullif(trim(lsoa_code), '') as lsoa_code,
    cast({{ to_number('lsoa_vintage') }} as integer) as lsoa_vintage,
    nullif(trim(lsoa_status), '') as lsoa_status,
    nullif(trim(ethnic_category), '') as ethnic_category,
    nullif(trim(language_code), '') as language_code,
    nullif(trim(interpreter_needed), '') as interpreter_needed
from {{ source('local', 'local__perinatal_mental_health') }}
