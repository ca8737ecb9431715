-- The birth that each admission to neonatal care belongs to, within a system: by the baby's pseudonym where both records
-- hold one; else by match weight, where one birth and no other is heaviest and it reaches the threshold. Beside it what the weight
-- alone says of the admissions that hold a pseudonym: how wrong links by weight are is measured on those.
{% set threshold = var('linkage')['threshold'] %}
with admission as (

    select
        lmns_code,
        supplier_code,
        record_id as admission_id
    from {{ ref('int_linkage_record') }}
    where side = 'admission'

),

-- records that hold two different pseudonyms are of two babies, whatever else agrees
open_pair as (

    select
        pair.*,
        rank() over (
            partition by lmns_code, admission_supplier_code, admission_id
            order by match_weight desc
        ) as place
    from {{ ref('int_linkage_pair') }} as pair
    where
        has_same_pseudonym is null
        and match_weight >= {{ threshold }}

),

by_weight as (

    select
        lmns_code,
        admission_supplier_code,
        admission_id,
        count(*) as births,
        min(birth_supplier_code) as birth_supplier_code,
        min(baby_id) as baby_id,
        min(match_weight) as match_weight,
        min(match_probability) as match_probability
    from open_pair
    where place = 1
    group by lmns_code, admission_supplier_code, admission_id

),

blind_pair as (

    select
        pair.*,
        rank() over (
            partition by lmns_code, admission_supplier_code, admission_id
            order by match_weight desc
        ) as place
    from {{ ref('int_linkage_pair') }} as pair
    where match_weight >= {{ threshold }}

),

blind as (

    select
        lmns_code,
        admission_supplier_code,
        admission_id,
        count(*) as births,
        min(birth_supplier_code) as birth_supplier_code,
        min(baby_id) as baby_id,
        max(case when has_same_pseudonym is not null and not has_same_pseudonym then 1 else 0 end) as is_other_baby
    from blind_pair
    where place = 1
    group by lmns_code, admission_supplier_code, admission_id

)

select
    admission.lmns_code,
    admission.supplier_code,
    admission.admission_id,
    case
        when truth.baby_id is not null then 'pseudonym'
        when by_weight.baby_id is not null then 'weight'
        else 'none'
    end as linked_by,
    coalesce(truth.birth_supplier_code, by_weight.birth_supplier_code) as birth_supplier_code,
    coalesce(truth.baby_id, by_weight.baby_id) as baby_id,
    case when truth.baby_id is null then by_weight.match_weight end as match_weight,
    case when truth.baby_id is null then by_weight.match_probability end as match_probability,
    case
        when truth.baby_id is null and blind.is_other_baby = 1 then 'wrong'
        when truth.baby_id is null then null
        when blind.baby_id is null then 'missed'
        when blind.baby_id = truth.baby_id and blind.birth_supplier_code = truth.birth_supplier_code then 'right'
        else 'wrong'
    end as weight_alone
from admission
left join {{ ref('int_linkage_truth') }} as truth
    on
        admission.lmns_code = truth.lmns_code
        and admission.supplier_code = truth.admission_supplier_code
        and admission.admission_id = truth.admission_id
left join by_weight
    on
        admission.lmns_code = by_weight.lmns_code
        and admission.supplier_code = by_weight.admission_supplier_code
        and admission.admission_id = by_weight.admission_id
        and by_weight.births = 1
left join blind
    on
        admission.lmns_code = blind.lmns_code
        and admission.supplier_code = blind.admission_supplier_code
        and admission.admission_id = blind.admission_id
        and blind.births = 1
