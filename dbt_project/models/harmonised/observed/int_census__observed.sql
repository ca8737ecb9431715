-- Residents in all, by ethnic group, by quintile of deprivation, and by both. A sum has no row number of its own:
-- the rows behind it are in int_census__summed_row.
{% set five = 'census2021.ethnic_group' %}
{% set nineteen = 'census2021.ethnic_group_detailed' %}

with long as (

    select
        file_id,
        organisation_level,
        organisation_code,
        quintile,
        cast(null as varchar) as ethnic_vocabulary,
        cast(null as varchar) as ethnic_group,
        total as residents
    from {{ ref('int_census__sum') }}
    {% for vocabulary in [five, nineteen] %}
    {% for column, label in census_groups(vocabulary) %}
    union all
    select
        file_id,
        organisation_level,
        organisation_code,
        quintile,
        '{{ vocabulary }}' as ethnic_vocabulary,
        '{{ label }}' as ethnic_group,
        {{ column }} as residents
    from {{ ref('int_census__sum') }}
    where {{ column }} is not null
    {% endfor %}
    {% endfor %}

),

counted as (

    select
        file_id,
        organisation_level,
        organisation_code,
        'Count' as part,
        coalesce(ethnic_vocabulary, case when quintile is not null then 'imd2025.quintile' end) as vocabulary,
        coalesce(ethnic_group, quintile) as native_group,
        case when ethnic_group is not null and quintile is not null then 'imd2025.quintile' end as vocabulary_2,
        case when ethnic_group is not null then quintile end as native_group_2,
        residents
    from long
    -- the nineteen groups are too small to be crossed
    where not (coalesce(ethnic_vocabulary, '') = '{{ nineteen }}' and quintile is not null)
    union all
    select
        file_id,
        organisation_level,
        organisation_code,
        'In the 20% most deprived areas' as part,
        ethnic_vocabulary as vocabulary,
        ethnic_group as native_group,
        cast(null as varchar) as vocabulary_2,
        cast(null as varchar) as native_group_2,
        sum(case when quintile = 'Quintile 1' then residents else 0 end) as residents
    from long
    where quintile is not null
    group by file_id, organisation_level, organisation_code, ethnic_vocabulary, ethnic_group
    union all
    select
        file_id,
        organisation_level,
        organisation_code,
        'In areas with a rank' as part,
        ethnic_vocabulary as vocabulary,
        ethnic_group as native_group,
        cast(null as varchar) as vocabulary_2,
        cast(null as varchar) as native_group_2,
        sum(residents) as residents
    from long
    where quintile <> 'No rank'
    group by file_id, organisation_level, organisation_code, ethnic_vocabulary, ethnic_group

)

select
    'census' as source_id,
    'census__ethnic_group' as table_name,
    counted.file_id,
    cast(null as bigint) as row_number,
    counted.organisation_code,
    counted.organisation_level,
    'residence' as organisation_role,
    cast('2021-03-21' as date) as period_start,
    cast('2021-03-21' as date) as period_end,
    'snapshot' as period_window,
    register.release,
    'census.residents' as concept,
    counted.part,
    counted.vocabulary,
    counted.native_group,
    counted.vocabulary_2,
    counted.native_group_2,
    'count' as measure,
    counted.residents as value,
    counted.residents as value_low,
    counted.residents as value_high,
    cast(null as varchar) as mark,
    {{ source_caveat('census') }} as caveat
from counted
inner join {{ source('register', 'file_register') }} as register
    on counted.file_id = register.file_id
