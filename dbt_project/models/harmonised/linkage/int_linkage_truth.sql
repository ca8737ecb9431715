-- Pairs of an admission and a birth known to be of one baby: both hold the same pseudonym, and no other birth of the
-- system holds it. They teach the match weights, and the weights are tried on them.
with birth as (

    select
        lmns_code,
        baby_pseudonym,
        count(*) as births,
        min(supplier_code) as supplier_code,
        min(record_id) as record_id,
        min(birth_month) as birth_month
    from {{ ref('int_linkage_record') }}
    where
        side = 'birth'
        and baby_pseudonym is not null
    group by lmns_code, baby_pseudonym

)

select
    admission.lmns_code,
    admission.supplier_code as admission_supplier_code,
    admission.record_id as admission_id,
    birth.supplier_code as birth_supplier_code,
    birth.record_id as baby_id,
    coalesce(admission.birth_month = birth.birth_month, false) as is_same_month
from {{ ref('int_linkage_record') }} as admission
inner join birth
    on
        admission.lmns_code = birth.lmns_code
        and admission.baby_pseudonym = birth.baby_pseudonym
        and birth.births = 1
where admission.side = 'admission'
