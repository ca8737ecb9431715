-- One pregnancy booked for maternity care.
select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- what it says
    nullif(trim(supplier_code), '') as supplier_code,
    nullif(trim(supplier_name), '') as supplier_name,
    nullif(trim(lmns_code), '') as lmns_code,
    nullif(trim(pregnancy_id), '') as pregnancy_id,
    nullif(trim(mother_pseudonym), '') as mother_pseudonym,
    nullif(trim(mother_number_status), '') as mother_number_status,
    {{ published_date('booking_date') }} as booking_date,
    cast({{ to_number('mother_age_at_booking') }} as integer) as mother_age_at_booking,
    nullif(trim(lsoa_code), '') as lsoa_code,
    cast({{ to_number('lsoa_vintage') }} as integer) as lsoa_vintage,
    nullif(trim(lsoa_status), '') as lsoa_status,
    nullif(trim(provider_code), '') as provider_code,
    nullif(trim(site_code), '') as site_code,
    cast({{ to_number('gestation_at_booking_days') }} as integer) as gestation_at_booking_days,
    nullif(trim(ethnic_category), '') as ethnic_category,
    nullif(trim(language_code), '') as language_code,
    nullif(trim(interpreter_needed), '') as interpreter_needed,
    nullif(trim(smoking_status_booking), '') as smoking_status_booking,
    nullif(trim(complex_social_factors), '') as complex_social_factors,
    cast({{ to_number('previous_live_births') }} as integer) as previous_live_births,
    cast({{ to_number('previous_caesareans') }} as integer) as previous_caesareans,
    nullif(trim(care_plan_recorded), '') as care_plan_recorded,
    nullif(trim(continuity_pathway_by_28_weeks), '') as continuity_pathway_by_28_weeks,
    nullif(trim(folic_acid), '') as folic_acid,
    {{ to_number('body_mass_index') }} as body_mass_index
from {{ source('local', 'local__maternity_booking') }}
