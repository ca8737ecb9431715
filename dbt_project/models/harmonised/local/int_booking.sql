-- Each row is one pregnancy booked: the rows of local files that are used, with the groups that people are compared by.
with booking as (

    {{ used_rows(ref('stg_local__maternity_booking'), 'maternity_booking') }}

)

select
    ---------- where it stood
    booking.file_id,
    booking.row_number,

    ---------- what it says
    booking.supplier_code,
    booking.supplier_name,
    booking.lmns_code,
    booking.pregnancy_id,
    booking.mother_pseudonym,
    booking.mother_number_status,
    booking.booking_date,
    booking.mother_age_at_booking,
    booking.lsoa_code,
    booking.lsoa_status,
    booking.provider_code,
    booking.site_code,
    booking.gestation_at_booking_days,
    booking.language_code,
    booking.interpreter_needed,
    booking.smoking_status_booking,
    booking.complex_social_factors,
    booking.previous_live_births,
    booking.previous_caesareans,
    booking.care_plan_recorded,
    booking.continuity_pathway_by_28_weeks,
    booking.folic_acid,
    booking.body_mass_index,
    cast({{ dbt.date_trunc('month', 'booking.booking_date') }} as date) as booking_month,
    {{ in_range('booking.gestation_at_booking_days', 0, 315) }} as gestation_days_known,
    {{ in_range('booking.body_mass_index', 10, 100) }} as body_mass_index_known,

    ---------- the mother's ethnicity: missing and invalid are answers of their own
    coalesce(booking.ethnic_category, 'missing') as mother_ethnic_category,
    mother_ethnic.validity as mother_ethnicity_validity,
    mother_ethnic.group_code as mother_ethnicity,
    mother_ethnic.detailed_group_code as mother_ethnicity_detailed,
    mother_ethnic.census_group_code as mother_ethnicity_census,
    mother_ethnic.is_other as mother_ethnicity_is_other,

    ---------- deprivation of the mother's small area, by the edition made for its vintage
    area.area_vintage as lsoa_vintage,
    area.imd_edition,
    area.imd_decile,
    area.imd_quintile,
    {{ quintile_code('area.imd_quintile') }} as deprivation_quintile,

    ---------- age, language
    {{ age_band('booking.mother_age_at_booking') }} as age_band,
    {{ language_group('booking.language_code') }} as language,
    {{ interpreter_group('booking.interpreter_needed') }} as interpreter
from booking
left join {{ ref('ethnic_category') }} as mother_ethnic
    on coalesce(booking.ethnic_category, 'missing') = mother_ethnic.ethnic_category
left join {{ ref('int_local_area') }} as area
    on
        booking.lsoa_code = area.area_code
        and coalesce(booking.lsoa_vintage, 0) = area.given_vintage
