-- Match weights (Fellegi and Sunter): how much each level of each field speaks for two records being of one baby.
-- m is how often pairs of one baby are at the level, from the pairs that a pseudonym joins; u how often pairs of two babies
-- of the same system and month of birth are, counted over all of them. The weight is the logarithm of m over u to base 2. Half a
-- pair is added to each level, so that a level never seen is unlikely and not impossible. The row `prior` is where every
-- pair starts: the odds that an admission and a birth of its month belong together.
{% set fields = linkage_fields() %}
with record as (

    select * from {{ ref('int_linkage_record') }}

),

truth as (

    select
        {% for field, near in fields.items() -%}
        {{ linkage_level(field, near, 'admission', 'birth') }} as {{ field }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_linkage_truth') }} as pair
    inner join record as admission
        on
            admission.side = 'admission'
            and pair.lmns_code = admission.lmns_code
            and pair.admission_supplier_code = admission.supplier_code
            and pair.admission_id = admission.record_id
    inner join record as birth
        on
            birth.side = 'birth'
            and pair.lmns_code = birth.lmns_code
            and pair.birth_supplier_code = birth.supplier_code
            and pair.baby_id = birth.record_id
    where pair.is_same_month

),

{% for field, near in fields.items() -%}
{{ field }}_value as (

    select
        side,
        lmns_code,
        birth_month,
        {{ field }},
        cast(count(*) as double) as records
    from record
    where
        {{ field }} is not null
        and birth_month is not null
    group by side, lmns_code, birth_month, {{ field }}

),

{{ field }}_compared as (

    select sum(admission.records * birth.records) as pairs
    from (
        select
            lmns_code,
            birth_month,
            sum(records) as records
        from {{ field }}_value
        where side = 'admission'
        group by lmns_code, birth_month
    ) as admission
    inner join (
        select
            lmns_code,
            birth_month,
            sum(records) as records
        from {{ field }}_value
        where side = 'birth'
        group by lmns_code, birth_month
    ) as birth
        on
            admission.lmns_code = birth.lmns_code
            and admission.birth_month = birth.birth_month

),

{{ field }}_close as (

    select
        {{ linkage_level(field, near, 'admission', 'birth') }} as level,
        sum(admission.records * birth.records) as pairs
    from {{ field }}_value as admission
    inner join {{ field }}_value as birth
        on
            admission.lmns_code = birth.lmns_code
            and admission.birth_month = birth.birth_month
            and {% if near is none -%}
            admission.{{ field }} = birth.{{ field }}
            {%- else -%}
            admission.{{ field }} between birth.{{ field }} - {{ near }} and birth.{{ field }} + {{ near }}
            {%- endif %}
    where
        admission.side = 'admission'
        and birth.side = 'birth'
    group by {{ linkage_level(field, near, 'admission', 'birth') }}

),

{% endfor -%}
counted as (

    {% for field, near in fields.items() -%}
    {% for level in linkage_levels(near) -%}
    select
        '{{ field }}' as field,
        '{{ level }}' as level,
        {{ linkage_levels(near) | length }} as levels,
        (
            select count(*)
            from truth
            where {{ field }} = '{{ level }}'
        ) as one_baby,
        (select count({{ field }}) from truth) as one_baby_in_all,
        {% if level == 'differs' -%}
        (select coalesce(max(pairs), 0) from {{ field }}_compared)
        - (select coalesce(sum(pairs), 0) from {{ field }}_close)
        {%- else -%}
        (
            select coalesce(sum(pairs), 0)
            from {{ field }}_close
            where level = '{{ level }}'
        )
        {%- endif %} as any_pair,
        (select coalesce(max(pairs), 0) from {{ field }}_compared) as any_pair_in_all
    {{ 'union all' if not loop.last }}
    {% endfor -%}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

estimated as (

    select
        field,
        level,
        one_baby as truth_pairs,
        (one_baby + 0.5) / (one_baby_in_all + 0.5 * levels) as m,
        -- what a pseudonym joins is one baby, and is not counted among the others
        (greatest(any_pair - one_baby, 0) + 0.5) / (greatest(any_pair_in_all - one_baby_in_all, 0) + 0.5 * levels) as u
    from counted

),

block as (

    select
        admission.lmns_code,
        admission.birth_month,
        admission.records as admissions,
        admission.records_with_pseudonym,
        coalesce(birth.records, 0) as births
    from (
        select
            lmns_code,
            birth_month,
            cast(count(*) as double) as records,
            count(baby_pseudonym) as records_with_pseudonym
        from record
        where side = 'admission'
        group by lmns_code, birth_month
    ) as admission
    left join (
        select
            lmns_code,
            birth_month,
            cast(count(*) as double) as records
        from record
        where side = 'birth'
        group by lmns_code, birth_month
    ) as birth
        on
            admission.lmns_code = birth.lmns_code
            and admission.birth_month = birth.birth_month

),

prior as (

    select
        (select count(*) from truth) as truth_pairs,
        -- as many of the admissions without a pseudonym have a birth here as of those with one
        sum(admissions) * ((select count(*) from truth) + 0.5) / (sum(records_with_pseudonym) + 1.0) as one_baby,
        sum(admissions * births) + 1.0 as any_pair
    from block

)

select
    field,
    level,
    cast(truth_pairs as bigint) as truth_pairs,
    m,
    u,
    round(case level
        when 'agrees' then greatest(ln(m / u), 0)
        -- with few pairs of one baby half a pair is a large share: a difference must not come to speak for them
        when 'differs' then least(ln(m / u), 0)
        else ln(m / u)
    end / ln(2), 6) as match_weight
from estimated
union all
select
    'prior' as field,
    'every pair' as level,
    cast(truth_pairs as bigint) as truth_pairs,
    one_baby / any_pair as m,
    1 - one_baby / any_pair as u,
    round(ln(least(one_baby / any_pair, 0.999) / (1 - least(one_baby / any_pair, 0.999))) / ln(2), 6) as match_weight
from prior
where one_baby > 0
