-- Each row is one referral to perinatal mental health care: the rows of local files that are used, with the groups that people are compared by.
with referral as (

    {{ used_rows(ref('stg_local__perinatal_mental_health'), 'perinatal_mental_health') }}

)

select
    ---------- where it stood
    referral.file_id,
    referral.row_number,

    ---------- what it says
    referral.supplier_code,
    referral.supplier_name,
    referral.lmns_code,
    referral.referral_id,
    referral.mother_pseudonym,
    referral.mother_number_status,
    referral.referral_date,
    referral.first_attended_contact_date,
    referral.attended_contacts,
    referral.provider_code,
    referral.mother_age_at_referral,
    referral.lsoa_code,
    referral.lsoa_status,
    referral.language_code,
    referral.interpreter_needed,
    cast({{ dbt.date_trunc('month', 'referral.referral_date') }} as date) as referral_month,

    ---------- the mother's ethnicity: missing and invalid are answers of their own
    coalesce(referral.ethnic_category, 'missing') as mother_ethnic_category,
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
    {{ age_band('referral.mother_age_at_referral') }} as age_band,
    {{ language_group('referral.language_code') }} as language,
    {{ interpreter_group('referral.interpreter_needed') }} as interpreter
from referral
left join {{ ref('ethnic_category') }} as mother_ethnic
    on coalesce(referral.ethnic_category, 'missing') = mother_ethnic.ethnic_category
left join {{ ref('int_local_area') }} as area
    on
        referral.lsoa_code = area.area_code
        and coalesce(referral.lsoa_vintage, 0) = area.given_vintage
