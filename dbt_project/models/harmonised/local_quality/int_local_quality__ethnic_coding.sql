-- How ethnic category is coded in local records: by supplier and month, by hospital and financial year, and whether the
-- newest twelve months are worse than the twelve before.
{% set answers = [
    ('booking', 'mother', 'coalesce(site_code, provider_code)'), ('birth', 'mother', 'coalesce(site_code, provider_code)'),
    ('birth', 'baby', 'coalesce(site_code, provider_code)'), ('admission', 'mother', 'coalesce(unit_code, provider_code)'),
    ('admission', 'baby', 'coalesce(unit_code, provider_code)'), ('referral', 'mother', 'provider_code'),
] %}
{% set kinds = [
    ('valid and stated', 'valid', 'A code from A to S'),
    ('not stated', 'not_stated', 'Z: asked, and chose not to say: a legitimate answer'),
    ('not known', 'not_known', '99: not asked, or not in a condition to be asked'),
    ('missing', 'missing', 'Empty'),
    ('invalid', 'invalid', 'Not a code of the list'),
] %}
with coded as (

    {% for record, person, hospital in answers %}
    select
        lmns_code,
        supplier_code,
        {{ hospital }} as hospital_code,
        {{ local_records()[record].month }} as event_month,
        '{{ local_records()[record].name }}: ethnic category of the {{ person }}' as item,
        '{{ people_of(record) }}' as everybody,
        '{{ people_of(record, person ~ '_ethnicity') }}' as asked,
        count(*) as people,
        {% for measure, validity, detail in kinds -%}
        sum(case when {{ person }}_ethnicity_validity = '{{ validity }}' then 1 else 0 end) as {{ validity }},
        {% endfor -%}
        sum(case when {{ person }}_ethnicity_is_other then 1 else 0 end) as any_other
    from {{ ref(local_records()[record].model) }}
    group by lmns_code, supplier_code, {{ hospital }}, {{ local_records()[record].month }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

placed as (

    select
        lmns_code,
        supplier_code as organisation_code,
        'supplier' as organisation_level,
        item,
        everybody,
        asked,
        event_month as period_start,
        {{ month_end('event_month') }} as period_end,
        people,
        {% for measure, validity, detail in kinds -%}
        {{ validity }},
        {% endfor -%}
        any_other
    from coded
    union all
    select
        lmns_code,
        hospital_code as organisation_code,
        'hospital' as organisation_level,
        item,
        everybody,
        asked,
        {{ financial_year_start('event_month') }} as period_start,
        {{ month_end(add_months(financial_year_start('event_month'), 11)) }} as period_end,
        people,
        {% for measure, validity, detail in kinds -%}
        {{ validity }},
        {% endfor -%}
        any_other
    from coded
    where hospital_code is not null

),

summed as (

    select
        lmns_code,
        organisation_code,
        organisation_level,
        item,
        everybody,
        asked,
        period_start,
        period_end,
        sum(people) as people,
        {% for measure, validity, detail in kinds -%}
        sum({{ validity }}) as {{ validity }},
        {% endfor -%}
        sum(any_other) as any_other
    from placed
    group by lmns_code, organisation_code, organisation_level, item, everybody, asked, period_start, period_end

),

newest as (

    select
        lmns_code,
        supplier_code,
        item,
        max(event_month) as last_month
    from coded
    group by lmns_code, supplier_code, item

),

two_years as (

    select
        coded.lmns_code,
        coded.supplier_code,
        coded.item,
        min(coded.event_month) as first_month,
        max(coded.event_month) as last_month,
        sum(case when coded.event_month > {{ add_months('newest.last_month', -12) }} then coded.valid else 0 end) as valid_now,
        sum(case when coded.event_month > {{ add_months('newest.last_month', -12) }} then coded.people else 0 end) as people_now,
        sum(case when coded.event_month <= {{ add_months('newest.last_month', -12) }} then coded.valid else 0 end) as valid_before,
        sum(case when coded.event_month <= {{ add_months('newest.last_month', -12) }} then coded.people else 0 end) as people_before
    from coded
    inner join newest
        on
            coded.lmns_code = newest.lmns_code
            and coded.supplier_code = newest.supplier_code
            and coded.item = newest.item
    where coded.event_month > {{ add_months('newest.last_month', -24) }}
    group by coded.lmns_code, coded.supplier_code, coded.item

),

compared as (

    select
        two_years.*,
        {{ two_proportion_z('valid_now', 'people_now', 'valid_before', 'people_before') }} as z_statistic
    from two_years
    where
        people_now >= {{ var('protection')['no_rate_below'] }}
        and people_before >= {{ var('protection')['no_rate_below'] }}

)

{% for measure, validity, detail in kinds %}
select
    lmns_code,
    organisation_code,
    organisation_level,
    item,
    '{{ measure }}' as measure,
    {{ validity }} * 1.0 / people as value,
    cast({{ validity }} as double) as numerator,
    concat(asked, '={{ validity }}') as numerator_of,
    cast(people as double) as denominator,
    everybody as denominator_of,
    period_start,
    period_end,
    {% if validity == 'valid' -%}
    {{ share_verdict('valid', 'people', var('completeness_expected')) }} as verdict,
    {% elif validity == 'invalid' -%}
    case when invalid > 0 then 'needs attention' else 'good' end as verdict,
    {% else -%}
    'information' as verdict,
    {% endif -%}
    '{{ detail }}' as detail
from summed
union all
{% endfor %}
select
    lmns_code,
    organisation_code,
    organisation_level,
    item,
    '"any other" codes among those stated' as measure,
    any_other * 1.0 / valid as value,
    cast(any_other as double) as numerator,
    concat(asked, '=valid; any other=yes') as numerator_of,
    cast(valid as double) as denominator,
    concat(asked, '=valid') as denominator_of,
    period_start,
    period_end,
    'information' as verdict,
    'C, G, L, P and S: a high share can hide who people are' as detail
from summed
where valid > 0
union all
select
    lmns_code,
    supplier_code as organisation_code,
    'supplier' as organisation_level,
    item,
    'change of the share stated from the twelve months before' as measure,
    -- whole percentage points and no counts, so that no count can be had from it
    round(valid_now * 1.0 / people_now - valid_before * 1.0 / people_before, 2) as value,
    cast(null as double) as numerator,
    cast(null as varchar) as numerator_of,
    cast(null as double) as denominator,
    cast(null as varchar) as denominator_of,
    first_month as period_start,
    {{ month_end('last_month') }} as period_end,
    case when z_statistic < -{{ z_95() }} then 'needs attention' else 'good' end as verdict,
    'Needs attention where it fell by more than chance' as detail
from compared
