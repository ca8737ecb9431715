-- How records of different data sets fit together: neonatal admissions with births, births with bookings, and what the
-- records of one baby say of ethnicity. A missed link is not random, so each rate also stands by ethnic group.
with birth_key as (

    select
        lmns_code,
        supplier_code,
        baby_id,
        mother_ethnic_category,
        mother_ethnicity_validity,
        baby_ethnic_category,
        baby_ethnicity_validity
    from {{ ref('int_birth') }}

),

admission as (

    select
        link.lmns_code,
        link.supplier_code,
        link.linked_by,
        link.weight_alone,
        coalesce(own.unit_code, own.provider_code) as hospital_code,
        own.admission_month,
        own.mother_ethnicity,
        own.mother_ethnic_category,
        own.mother_ethnicity_validity,
        own.baby_ethnic_category,
        own.baby_ethnicity_validity,
        birth_key.mother_ethnic_category as birth_ethnic_category,
        birth_key.mother_ethnicity_validity as birth_ethnicity_validity,
        birth_key.baby_ethnic_category as birth_baby_ethnic_category,
        birth_key.baby_ethnicity_validity as birth_baby_ethnicity_validity
    from {{ ref('int_neonatal_link') }} as link
    inner join {{ ref('int_neonatal_admission') }} as own
        on
            link.lmns_code = own.lmns_code
            and link.supplier_code = own.supplier_code
            and link.admission_id = own.admission_id
    left join birth_key
        on
            link.linked_by = 'pseudonym'
            and link.lmns_code = birth_key.lmns_code
            and link.birth_supplier_code = birth_key.supplier_code
            and link.baby_id = birth_key.baby_id

),

booked_pregnancy as (

    select distinct
        lmns_code,
        supplier_code,
        pregnancy_id
    from {{ ref('int_booking') }}

),

booked_mother as (

    select distinct
        lmns_code,
        mother_pseudonym
    from {{ ref('int_booking') }}
    where mother_pseudonym is not null

),

birth as (

    select
        born.lmns_code,
        born.supplier_code,
        born.birth_month,
        born.mother_ethnicity,
        booked_pregnancy.pregnancy_id is not null or booked_mother.mother_pseudonym is not null as is_linked
    from {{ ref('int_birth') }} as born
    left join booked_pregnancy
        on
            born.lmns_code = booked_pregnancy.lmns_code
            and born.supplier_code = booked_pregnancy.supplier_code
            and born.pregnancy_id = booked_pregnancy.pregnancy_id
    left join booked_mother
        on
            born.lmns_code = booked_mother.lmns_code
            and born.mother_pseudonym = booked_mother.mother_pseudonym

),

linked as (

    select
        lmns_code,
        supplier_code,
        'Neonatal admissions' as item,
        'linked to a birth' as measure,
        '{{ people_of('admission', 'link=pseudonym|weight') }}' as numerator_of,
        '{{ people_of('admission') }}' as denominator_of,
        mother_ethnicity,
        admission_month as event_month,
        case when linked_by <> 'none' then 1 else 0 end as is_linked
    from admission
    union all
    select
        lmns_code,
        supplier_code,
        'Neonatal admissions' as item,
        'found by match weight alone' as measure,
        '{{ people_of('admission', 'link=pseudonym; alone=right') }}' as numerator_of,
        '{{ people_of('admission', 'link=pseudonym') }}' as denominator_of,
        mother_ethnicity,
        admission_month as event_month,
        case when weight_alone = 'right' then 1 else 0 end as is_linked
    from admission
    where linked_by = 'pseudonym'
    union all
    select
        lmns_code,
        supplier_code,
        'Neonatal admissions' as item,
        'right, of links by match weight alone' as measure,
        '{{ people_of('admission', 'alone=right') }}' as numerator_of,
        '{{ people_of('admission', 'alone=right|wrong') }}' as denominator_of,
        mother_ethnicity,
        admission_month as event_month,
        case when weight_alone = 'right' then 1 else 0 end as is_linked
    from admission
    where weight_alone in ('right', 'wrong')
    union all
    select
        lmns_code,
        supplier_code,
        'Births' as item,
        'linked to a booking' as measure,
        '{{ people_of('birth', 'booked=yes') }}' as numerator_of,
        '{{ people_of('birth') }}' as denominator_of,
        mother_ethnicity,
        birth_month as event_month,
        case when is_linked then 1 else 0 end as is_linked
    from birth

),

linked_total as (

    select
        lmns_code,
        supplier_code,
        item,
        measure,
        numerator_of,
        denominator_of,
        min(event_month) as first_month,
        max(event_month) as last_month,
        sum(is_linked) as linked,
        count(*) as records
    from linked
    group by lmns_code, supplier_code, item, measure, numerator_of, denominator_of

),

linked_group as (

    select
        lmns_code,
        supplier_code,
        item,
        measure,
        numerator_of,
        denominator_of,
        mother_ethnicity,
        sum(is_linked) as linked,
        count(*) as records
    from linked
    group by lmns_code, supplier_code, item, measure, numerator_of, denominator_of, mother_ethnicity

),

compared_group as (

    select
        linked_group.*,
        linked_total.first_month,
        linked_total.last_month,
        strata.group_name,
        {{ two_proportion_z(
            'linked_group.linked', 'linked_group.records',
            '(linked_total.linked - linked_group.linked)', '(linked_total.records - linked_group.records)'
        ) }} as z_statistic
    from linked_group
    inner join linked_total
        on
            linked_group.lmns_code = linked_total.lmns_code
            and linked_group.supplier_code = linked_total.supplier_code
            and linked_group.item = linked_total.item
            and linked_group.measure = linked_total.measure
    inner join {{ ref('strata') }} as strata
        on
            strata.dimension = 'ethnicity'
            and linked_group.mother_ethnicity = strata.group_code

),

-- shares over the admissions of a supplier, and of each hospital for what is judged: name, who is asked, who of them says yes, both as
-- conditions and by the name of whom they count, least share that is good
{% set shares = [
    ('linked by pseudonym', 'true', "linked_by = 'pseudonym'",
     none, 'link=pseudonym', none,
     'Exact: the same NHS number behind both records'),
    ('linked by match weight where there is no pseudonym in common', "linked_by <> 'pseudonym'", "linked_by = 'weight'",
     'link=weight|none', 'link=weight', none,
     "Provider, days of pregnancy, weight, sex, small area and the mother's pseudonym, weighed for births of the same month"),
    ('missed by match weight alone', "linked_by = 'pseudonym'", "weight_alone <> 'right'",
     'link=pseudonym', 'link=pseudonym; alone=missed|wrong', none,
     'Estimated rate of missed links: tried on admissions that a pseudonym links, without looking at it'),
    ('wrong links by match weight alone', "weight_alone in ('right', 'wrong')", "weight_alone = 'wrong'",
     'alone=right|wrong', 'alone=wrong', none,
     'Estimated rate of wrong links: tried on admissions that hold a pseudonym, without looking at it'),
    ('same ethnic category for baby and mother', "baby_ethnicity_validity = 'valid' and mother_ethnicity_validity = 'valid'",
     'baby_ethnic_category = mother_ethnic_category', 'baby and mother=same|different', 'baby and mother=same', none,
     'Within the neonatal record. A baby may differ from its mother; nearly always the same says that one is copied from the other'),
    ("same mother's ethnic category as in the maternity record",
     "mother_ethnicity_validity = 'valid' and birth_ethnicity_validity = 'valid'",
     'mother_ethnic_category = birth_ethnic_category', 'mother in both=same|different', 'mother in both=same', '0.95', 'Linked by pseudonym, both stated'),
    ("same baby's ethnic category as in the birth record",
     "baby_ethnicity_validity = 'valid' and birth_baby_ethnicity_validity = 'valid'",
     'baby_ethnic_category = birth_baby_ethnic_category', 'baby in both=same|different', 'baby in both=same', '0.95', 'Linked by pseudonym, both stated'),
    ("mother's ethnic category unknown here and stated in the maternity record",
     "mother_ethnicity_validity <> 'valid' and birth_ethnicity_validity is not null", "birth_ethnicity_validity = 'valid'",
     'mother stated there=yes|no', 'mother stated there=yes', none,
     'What the maternity record could tell the neonatal one; nothing is filled in from it'),
] %}
asked as (

    {% for measure, among, event, people, events, expected, detail in shares %}
    {% for level, code in [('supplier', 'supplier_code'), ('hospital', 'hospital_code')] if expected or level == 'supplier' %}
    select
        lmns_code,
        {{ code }} as organisation_code,
        '{{ level }}' as organisation_level,
        '{{ measure | replace("'", "''") }}' as measure,
        min(admission_month) as first_month,
        max(admission_month) as last_month,
        sum(case when {{ event }} then 1 else 0 end) as numerator,
        '{{ people_of('admission', events) }}' as numerator_of,
        count(*) as denominator,
        '{{ people_of('admission', people) }}' as denominator_of,
        {{ "'judged'" if expected else "'described'" }} as kind,
        '{{ detail | replace("'", "''") }}' as detail
    from admission
    where
        {{ among }}
        and {{ code }} is not null
    group by lmns_code, {{ code }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    lmns_code,
    supplier_code as organisation_code,
    'supplier' as organisation_level,
    item,
    measure,
    linked * 1.0 / records as value,
    cast(linked as double) as numerator,
    numerator_of,
    cast(records as double) as denominator,
    denominator_of,
    first_month as period_start,
    {{ month_end('last_month') }} as period_end,
    {{ share_verdict('linked', 'records', '0.95') }} as verdict,
    case measure
        when 'found by match weight alone' then 'Tried on admissions that a pseudonym links, without looking at it'
        when 'right, of links by match weight alone' then 'Tried on admissions that hold a pseudonym, without looking at it'
        else 'What is not linked is missing from every figure that needs both records'
    end as detail
from linked_total
union all
select
    lmns_code,
    supplier_code as organisation_code,
    'supplier' as organisation_level,
    item,
    concat(measure, ', ', group_name) as measure,
    linked * 1.0 / records as value,
    cast(linked as double) as numerator,
    concat(numerator_of, '; group=', mother_ethnicity) as numerator_of,
    cast(records as double) as denominator,
    concat(denominator_of, '; group=', mother_ethnicity) as denominator_of,
    first_month as period_start,
    {{ month_end('last_month') }} as period_end,
    case when z_statistic < -{{ z_95() }} then 'needs attention' else 'good' end as verdict,
    'Needs attention where it is lower than among everybody else by more than chance' as detail
from compared_group
union all
select
    lmns_code,
    organisation_code,
    organisation_level,
    'Neonatal admissions' as item,
    measure,
    numerator * 1.0 / denominator as value,
    cast(numerator as double) as numerator,
    numerator_of,
    cast(denominator as double) as denominator,
    denominator_of,
    first_month as period_start,
    {{ month_end('last_month') }} as period_end,
    case when kind = 'judged' then {{ share_verdict('numerator', 'denominator', '0.95') }} else 'information' end as verdict,
    detail
from asked
