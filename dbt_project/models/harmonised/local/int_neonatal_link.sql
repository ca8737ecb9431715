-- The birth that each admission to neonatal care belongs to, within a system: by the baby's pseudonym; else by the
-- fields that both records hold, where one birth and no other agrees in all of them. `chance_births` counts the births
-- of the month after that agree in the same fields: each of those would be a wrong link, so they show how often
-- the fields agree by chance.
{% set fields = ['provider_code', 'gestation_at_birth_days', 'birth_weight_grams', 'sex'] %}
with admission as (

    select
        lmns_code,
        supplier_code,
        admission_id,
        baby_pseudonym,
        birth_month,
        {{ add_months('birth_month', 1) }} as month_after,
        {{ fields | join(',\n        ') }}
    from {{ ref('int_neonatal_admission') }}

),

birth as (

    select
        lmns_code,
        supplier_code,
        baby_id,
        baby_pseudonym,
        birth_month,
        {{ fields | join(',\n        ') }}
    from {{ ref('int_birth') }}

),

birth_of_pseudonym as (

    select
        lmns_code,
        baby_pseudonym,
        count(*) as births,
        min(supplier_code) as birth_supplier_code,
        min(baby_id) as baby_id
    from birth
    where baby_pseudonym is not null
    group by lmns_code, baby_pseudonym

),

birth_of_fields as (

    select
        lmns_code,
        birth_month,
        {{ fields | join(',\n        ') }},
        count(*) as births,
        min(supplier_code) as birth_supplier_code,
        min(baby_id) as baby_id
    from birth
    where sex in ('1', '2')
    group by lmns_code, birth_month, {{ fields | join(', ') }}

),

compared as (

    select
        admission.*,
        by_pseudonym.birth_supplier_code as pseudonym_supplier_code,
        by_pseudonym.baby_id as pseudonym_baby_id,
        by_fields.birth_supplier_code as fields_supplier_code,
        by_fields.baby_id as fields_baby_id,
        coalesce(by_chance.births, 0) as chance_births,
        admission.birth_month is not null
        {%- for field in fields %}
        and admission.{{ field }} is not null
        {%- endfor %}
        and admission.sex in ('1', '2') as has_all_fields
    from admission
    left join birth_of_pseudonym as by_pseudonym
        on
            admission.lmns_code = by_pseudonym.lmns_code
            and admission.baby_pseudonym = by_pseudonym.baby_pseudonym
            and by_pseudonym.births = 1
    {% for name, month in [('by_fields', 'birth_month'), ('by_chance', 'month_after')] %}
    left join birth_of_fields as {{ name }}
        on
            admission.lmns_code = {{ name }}.lmns_code
            and admission.{{ month }} = {{ name }}.birth_month
            {%- for field in fields %}
            and admission.{{ field }} = {{ name }}.{{ field }}
            {%- endfor %}
            and {{ name }}.births = 1
    {% endfor %}

)

select
    lmns_code,
    supplier_code,
    admission_id,
    case
        when pseudonym_baby_id is not null then 'pseudonym'
        when fields_baby_id is not null then 'fields'
        else 'none'
    end as linked_by,
    coalesce(pseudonym_supplier_code, fields_supplier_code) as birth_supplier_code,
    coalesce(pseudonym_baby_id, fields_baby_id) as baby_id,
    has_all_fields,
    chance_births,
    case
        when pseudonym_baby_id is not null and fields_baby_id is not null
            then pseudonym_baby_id = fields_baby_id and pseudonym_supplier_code = fields_supplier_code
    end as fields_agree_with_pseudonym
from compared
