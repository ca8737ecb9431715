-- Each row is one baby born: the rows of local files that are used, with the groups that people are compared by.
with birth as (

    {{ used_rows(ref('stg_local__maternity_birth'), 'maternity_birth') }}

)

select
    ---------- where it stood
    birth.file_id,
    birth.row_number,

    ---------- what it says
    birth.supplier_code,
    birth.supplier_name,
    birth.lmns_code,
    birth.baby_id,
    birth.baby_pseudonym,
    birth.baby_number_status,
    birth.pregnancy_id,
    birth.mother_pseudonym,
    birth.mother_number_status,
    birth.birth_month,
    birth.mother_age_at_birth,
    birth.lsoa_code,
    birth.lsoa_status,
    birth.provider_code,
    birth.site_code,
    birth.pregnancy_outcome,
    birth.births_in_delivery,
    birth.gestation_at_birth_days,
    birth.birth_weight_grams,
    birth.apgar_5_minutes,
    birth.delivery_method,
    birth.robson_group,
    birth.blood_loss_ml,
    birth.perineal_tear,
    birth.smoking_status_delivery,
    birth.first_feed,
    birth.skin_to_skin,
    birth.sex,
    birth.died_within_28_days,
    birth.language_code,
    birth.interpreter_needed,
    {{ in_range('birth.gestation_at_birth_days', 154, 315) }} as gestation_days_known,
    {{ in_range('birth.birth_weight_grams', 200, 7000) }} as birth_weight_grams_known,
    {{ in_range('birth.apgar_5_minutes', 0, 10) }} as apgar_5_minutes_known,
    birth.gestation_at_birth_days between 259 and 315 as is_term,
    birth.births_in_delivery = 1 as is_singleton,
    birth.pregnancy_outcome = '01' as is_live_birth,
    birth.pregnancy_outcome in ('02', '03', '04') as is_stillbirth,

    ---------- the mother's ethnicity: missing and invalid are answers of their own
    coalesce(birth.mother_ethnic_category, 'missing') as mother_ethnic_category,
    mother_ethnic.validity as mother_ethnicity_validity,
    mother_ethnic.group_code as mother_ethnicity,
    mother_ethnic.detailed_group_code as mother_ethnicity_detailed,
    mother_ethnic.census_group_code as mother_ethnicity_census,
    mother_ethnic.is_other as mother_ethnicity_is_other,

    ---------- the baby's ethnicity: missing and invalid are answers of their own
    coalesce(birth.baby_ethnic_category, 'missing') as baby_ethnic_category,
    baby_ethnic.validity as baby_ethnicity_validity,
    baby_ethnic.group_code as baby_ethnicity,
    baby_ethnic.detailed_group_code as baby_ethnicity_detailed,
    baby_ethnic.census_group_code as baby_ethnicity_census,
    baby_ethnic.is_other as baby_ethnicity_is_other,

    ---------- deprivation of the mother's small area, by the edition made for its vintage
    area.area_vintage as lsoa_vintage,
    area.imd_edition,
    area.imd_decile,
    area.imd_quintile,
    {{ quintile_code('area.imd_quintile') }} as deprivation_quintile,

    ---------- age, language
    {{ age_band('birth.mother_age_at_birth') }} as age_band,
    {{ language_group('birth.language_code') }} as language,
    {{ interpreter_group('birth.interpreter_needed') }} as interpreter
from birth
left join {{ ref('ethnic_category') }} as mother_ethnic
    on coalesce(birth.mother_ethnic_category, 'missing') = mother_ethnic.ethnic_category
left join {{ ref('ethnic_category') }} as baby_ethnic
    on coalesce(birth.baby_ethnic_category, 'missing') = baby_ethnic.ethnic_category
left join {{ ref('int_local_area') }} as area
    on
        birth.lsoa_code = area.area_code
        and coalesce(birth.lsoa_vintage, 0) = area.given_vintage
