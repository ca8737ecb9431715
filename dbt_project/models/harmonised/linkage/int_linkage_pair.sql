-- Pairs of an admission and a birth that could be of one baby, with their match weight. Looked at are pairs of one system and
-- month of birth that agree in weight, or in days of pregnancy and small area, or in the mother's pseudonym: any other
-- pair could not reach the threshold.
{% set fields = linkage_fields() %}
with record as (

    select * from {{ ref('int_linkage_record') }}

),

weight as (

    select
        {% for field, near in fields.items() -%}
        {% for level in linkage_levels(near) -%}
        max(case when field = '{{ field }}' and level = '{{ level }}' then match_weight end) as {{ field }}_{{ level }},
        {% endfor -%}
        {% endfor -%}
        max(case when field = 'prior' then match_weight end) as prior
    from {{ ref('int_linkage_weight') }}

),

candidate as (

    {% for agree in [['birth_weight_grams'], ['gestation_at_birth_days', 'lsoa_code'], ['mother_pseudonym']] -%}
    select
        admission.lmns_code,
        admission.supplier_code as admission_supplier_code,
        admission.record_id as admission_id,
        birth.supplier_code as birth_supplier_code,
        birth.record_id as baby_id
    from record as admission
    inner join record as birth
        on
            admission.lmns_code = birth.lmns_code
            and admission.birth_month = birth.birth_month
            {%- for field in agree %}
            and admission.{{ field }} = birth.{{ field }}
            {%- endfor %}
    where
        admission.side = 'admission'
        and birth.side = 'birth'
    {{ 'union' if not loop.last }}
    {% endfor %}

),

compared as (

    select
        candidate.*,
        {% for field, near in fields.items() -%}
        {{ linkage_level(field, near, 'admission', 'birth') }} as {{ field }},
        {% endfor -%}
        case
            when admission.baby_pseudonym is not null and birth.baby_pseudonym is not null
                then admission.baby_pseudonym = birth.baby_pseudonym
        end as has_same_pseudonym
    from candidate
    inner join record as admission
        on
            admission.side = 'admission'
            and candidate.lmns_code = admission.lmns_code
            and candidate.admission_supplier_code = admission.supplier_code
            and candidate.admission_id = admission.record_id
    inner join record as birth
        on
            birth.side = 'birth'
            and candidate.lmns_code = birth.lmns_code
            and candidate.birth_supplier_code = birth.supplier_code
            and candidate.baby_id = birth.record_id

),

weighed as (

    select
        compared.*,
        round(
            weight.prior
            {%- for field, near in fields.items() %}
            + case compared.{{ field }}
                {%- for level in linkage_levels(near) %}
                when '{{ level }}' then weight.{{ field }}_{{ level }}
                {%- endfor %}
                else 0
            end
            {%- endfor %}, 4
        ) as match_weight
    from compared
    cross join weight

)

select
    lmns_code,
    admission_supplier_code,
    admission_id,
    birth_supplier_code,
    baby_id,
    {% for field in fields -%}
    {{ field }},
    {% endfor -%}
    has_same_pseudonym,
    match_weight,
    1 / (1 + power(2.0, -match_weight)) as match_probability
from weighed
