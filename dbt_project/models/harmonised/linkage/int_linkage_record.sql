-- Births and admissions to neonatal care side by side, with the fields by which they can be compared.
{% set fields = ['provider_code', 'gestation_at_birth_days', 'birth_weight_grams', 'lsoa_code', 'mother_pseudonym'] %}
select
    'admission' as side,
    lmns_code,
    supplier_code,
    admission_id as record_id,
    birth_month,
    baby_pseudonym,
    {{ fields | join(',\n    ') }},
    case when sex in ('1', '2') then sex end as sex,
    mother_ethnicity
from {{ ref('int_neonatal_admission') }}
union all
select
    'birth' as side,
    lmns_code,
    supplier_code,
    baby_id as record_id,
    birth_month,
    baby_pseudonym,
    {{ fields | join(',\n    ') }},
    case when sex in ('1', '2') then sex end as sex,
    mother_ethnicity
from {{ ref('int_birth') }}
