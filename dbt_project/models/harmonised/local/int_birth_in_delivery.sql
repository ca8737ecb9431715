-- Each baby with what is known of its delivery, whose babies are one woman's, and with whether it was admitted to
-- neonatal care. An admission is known where the system's neonatal records cover the hospital and the month of birth.
{%- set caesareans = "case when delivery_method in ('7', '8') then 1 else 0 end" %}
{%- set methods = "case when delivery_method between '0' and '9' then 1 else 0 end" %}
{%- set delivery = "coalesce(pregnancy_id, concat(mother_pseudonym, '/', cast(birth_month as varchar)), concat('baby ', baby_id))" %}
with birth as (

    select
        file_id,
        row_number,
        supplier_code,
        lmns_code,
        provider_code,
        baby_id,
        birth_month,
        pregnancy_id,
        delivery_method,
        robson_group,
        blood_loss_ml,
        perineal_tear,
        smoking_status_delivery,
        first_feed,
        skin_to_skin,
        died_within_28_days,
        gestation_days_known,
        birth_weight_grams_known,
        apgar_5_minutes_known,
        is_term,
        is_singleton,
        is_live_birth,
        is_stillbirth,
        mother_ethnicity,
        mother_ethnicity_detailed,
        imd_edition,
        deprivation_quintile,
        age_band,
        language,
        interpreter,
        {{ delivery }} as delivery_id
    from {{ ref('int_birth') }}

),

-- deliveries of more than one baby: few, so that the others need no comparison
shared_delivery as (

    select
        lmns_code,
        supplier_code,
        {{ delivery }} as delivery_id,
        min(baby_id) as first_baby_id,
        max(blood_loss_ml) as blood_loss_ml,
        -- the codes of a known status sort before those of an unknown one
        min(smoking_status_delivery) as smoking_status_delivery,
        max({{ caesareans }}) as caesareans,
        max({{ methods }}) as methods
    from {{ ref('int_birth') }}
    group by lmns_code, supplier_code, {{ delivery }}
    having count(*) > 1

),

numbered as (

    select
        birth.*,
        coalesce(birth.baby_id = shared_delivery.first_baby_id, true) as is_first_of_delivery,
        coalesce(shared_delivery.blood_loss_ml, birth.blood_loss_ml) as blood_loss_ml_of_delivery,
        coalesce(shared_delivery.caesareans, {{ caesareans }}) > 0 as is_caesarean,
        coalesce(shared_delivery.methods, {{ methods }}) > 0 as is_method_of_delivery_known,
        coalesce(
            shared_delivery.smoking_status_delivery, birth.smoking_status_delivery
        ) as smoking_status_of_delivery
    from birth
    left join shared_delivery
        on
            birth.lmns_code = shared_delivery.lmns_code
            and birth.supplier_code = shared_delivery.supplier_code
            and birth.delivery_id = shared_delivery.delivery_id

),

admission as (

    select
        link.lmns_code,
        link.birth_supplier_code,
        link.baby_id,
        min(coalesce(admission.age_at_admission_days, 0)) as age_at_admission_days
    from {{ ref('int_neonatal_link') }} as link
    inner join {{ ref('int_neonatal_admission') }} as admission
        on
            link.lmns_code = admission.lmns_code
            and link.supplier_code = admission.supplier_code
            and link.admission_id = admission.admission_id
    where link.baby_id is not null
    group by link.lmns_code, link.birth_supplier_code, link.baby_id

),

month_covered as (

    select distinct
        lmns_code,
        admission_month
    from {{ ref('int_neonatal_admission') }}

),

provider_covered as (

    select distinct
        lmns_code,
        provider_code
    from {{ ref('int_neonatal_admission') }}

)

select
    numbered.*,
    booking.previous_live_births,
    booking.previous_caesareans,
    month_covered.admission_month is not null and provider_covered.provider_code is not null as is_admission_known,
    coalesce(admission.age_at_admission_days < 28, false) as is_admitted
from numbered
-- what was asked at booking, where the supplier gives both records of the pregnancy
left join {{ ref('int_booking') }} as booking
    on
        numbered.lmns_code = booking.lmns_code
        and numbered.supplier_code = booking.supplier_code
        and numbered.pregnancy_id = booking.pregnancy_id
left join month_covered
    on
        numbered.lmns_code = month_covered.lmns_code
        and numbered.birth_month = month_covered.admission_month
left join provider_covered
    on
        numbered.lmns_code = provider_covered.lmns_code
        and numbered.provider_code = provider_covered.provider_code
left join admission
    on
        numbered.lmns_code = admission.lmns_code
        and numbered.supplier_code = admission.birth_supplier_code
        and numbered.baby_id = admission.baby_id
