-- Each row is one admission to neonatal care: the rows of local files that are used, with the groups that people are compared by.
with admission as (

    {{ used_rows(ref('stg_local__neonatal_admission'), 'neonatal_admission') }}

)

select
    ---------- where it stood
    admission.file_id,
    admission.row_number,

    ---------- what it says
    admission.supplier_code,
    admission.supplier_name,
    admission.lmns_code,
    admission.admission_id,
    admission.baby_pseudonym,
    admission.baby_number_status,
    admission.mother_pseudonym,
    admission.mother_number_status,
    admission.birth_month,
    admission.admission_month,
    admission.age_at_admission_days,
    admission.provider_code,
    admission.unit_code,
    admission.lsoa_code,
    admission.lsoa_status,
    admission.gestation_at_birth_days,
    admission.birth_weight_grams,
    admission.sex,
    admission.gestation_at_birth_days between 259 and 315 as is_term,

    ---------- the mother's ethnicity: missing and invalid are answers of their own
    coalesce(admission.mother_ethnic_category, 'missing') as mother_ethnic_category,
    mother_ethnic.validity as mother_ethnicity_validity,
    mother_ethnic.group_code as mother_ethnicity,
    mother_ethnic.detailed_group_code as mother_ethnicity_detailed,
    mother_ethnic.census_group_code as mother_ethnicity_census,
    mother_ethnic.is_other as mother_ethnicity_is_other,

    ---------- the baby's ethnicity: missing and invalid are answers of their own
    coalesce(admission.baby_ethnic_category, 'missing') as baby_ethnic_category,
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
    {{ quintile_code('area.imd_quintile') }} as deprivation_quintile
from admission
left join {{ ref('ethnic_category') }} as mother_ethnic
    on coalesce(admission.mother_ethnic_category, 'missing') = mother_ethnic.ethnic_category
left join {{ ref('ethnic_category') }} as baby_ethnic
    on coalesce(admission.baby_ethnic_category, 'missing') = baby_ethnic.ethnic_category
left join {{ ref('int_local_area') }} as area
    on
        admission.lsoa_code = area.area_code
        and coalesce(admission.lsoa_vintage, 0) = area.given_vintage
