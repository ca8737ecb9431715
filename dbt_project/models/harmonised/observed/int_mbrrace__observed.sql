-- Per provider as published: nothing is added up, and a suppressed row is a mark in all its parts. The publisher
-- numbers organisations its own way: the number decides where seeds/mbrrace_organisations.csv knows it, then
-- the name as that seed or the register of providers has it. Another name is set aside with that name.
{% set outcomes = [('stillbirth', 'total_births'), ('neonatal', 'total_live_births'), ('perinatal', 'total_births')] %}

with register_name as (

    select
        {{ fold_name('provider_name') }} as folded_name,
        min(provider_code) as provider_code
    from {{ ref('providers') }}
    group by {{ fold_name('provider_name') }}
    -- a name of two codes says neither
    having count(*) = 1

),

known_id as (

    select
        organisation_id,
        provider_code
    from {{ ref('mbrrace_organisations') }}
    where organisation_id is not null

),

known_name as (

    select
        {{ fold_name('organisation_name') }} as folded_name,
        provider_code
    from {{ ref('mbrrace_organisations') }}
    where organisation_name is not null

),

placed as (

    select
        trust.*,
        coalesce(known_id.provider_code, known_name.provider_code, register_name.provider_code) as provider_code,
        groups.group_name,
        register.release,
        case
            when lower(register.file_name) like '%excluding-congenital-anomalies%' then 'mbrrace_excluding_congenital'
            else 'mbrrace'
        end as basis
    from {{ ref('stg_mbrrace__trust') }} as trust
    inner join {{ source('register', 'file_register') }} as register
        on trust.file_id = register.file_id
    left join known_id
        on trust.organisation_id = known_id.organisation_id
    left join known_name
        on trust.folded_name = known_name.folded_name
    left join register_name
        on trust.folded_name = register_name.folded_name
    left join {{ ref('mbrrace_comparator_groups') }} as groups
        on trust.comparator_group_id = groups.group_id

),

every_part as (

    {% for outcome, births in outcomes %}
    {% set outer_last = loop.last %}
    {% for part, column, kind in [
        ('Deaths', outcome ~ '_total', 'count'), ('Births', births, 'count'),
        ('Crude rate', outcome ~ '_crude_rate', 'rate'), ('Stabilised rate', outcome ~ '_stabilised_rate', 'rate'),
        ('Stabilised lower', outcome ~ '_stabilised_lower', 'rate'), ('Stabilised upper', outcome ~ '_stabilised_upper', 'rate'),
    ] %}
    select
        placed.*,
        '{{ outcome }}' as outcome,
        '{{ part }}' as part,
        '{{ kind }}' as measure,
        {{ column }} as value,
        {{ outcome }}_group_average as group_average,
        {{ outcome ~ ('_crude' if part in ('Deaths', 'Births', 'Crude rate') else '_stabilised') }}_category_name as category_name
    from placed
    {{ 'union all' if not (loop.last and outer_last) }}
    {% endfor %}
    {% endfor %}

)

select
    'mbrrace' as source_id,
    'mbrrace__trust' as table_name,
    file_id,
    row_number,
    case
        when country_name <> 'England' then concat('MBRRACE ', organisation_id)
        else coalesce(provider_code, organisation_name)
    end as organisation_code,
    case when country_name <> 'England' then 'provider_outside_england' else 'provider' end as organisation_level,
    'provider' as organisation_role,
    period_start,
    period_end,
    'calendar_year' as period_window,
    release,
    concat(basis, '.', outcome) as concept,
    part,
    cast(null as varchar) as vocabulary,
    cast(null as varchar) as native_group,
    cast(null as varchar) as vocabulary_2,
    cast(null as varchar) as native_group_2,
    measure,
    value,
    value as value_low,
    value as value_high,
    case
        when is_suppressed then '[c]'
        when value is null then '[x]'
    end as mark,
    case
        when is_suppressed then 'Suppressed by the publisher due to small numbers, births as well'
        else concat(
            'The publisher compares this trust with its group "', coalesce(group_name, comparator_group_name), '"',
            case when group_average is null then '' else concat(', average ', cast(group_average as varchar)) end,
            case when category_name is null then '' else concat(', and says: ', category_name) end
        )
    end as caveat
from every_part
