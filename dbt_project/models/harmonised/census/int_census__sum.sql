-- The census added up, still as wide as the file: one row per organisation and quintile of deprivation, and one per
-- organisation in all (quintile null).
{% set groups = census_groups('census2021.ethnic_group') + census_groups('census2021.ethnic_group_detailed') %}

with by_quintile as (

    select
        summed.file_id,
        summed.organisation_level,
        summed.organisation_code,
        summed.quintile,
        {% for column, label in groups %}
        sum(census.{{ column }}) as {{ column }},
        {% endfor %}
        sum(census.total) as total
    from {{ ref('int_census__summed_row') }} as summed
    inner join {{ ref('stg_census__ethnic_group') }} as census
        on
            summed.file_id = census.file_id
            and summed.row_number = census.row_number
    group by summed.file_id, summed.organisation_level, summed.organisation_code, summed.quintile

)

select
    file_id,
    organisation_level,
    organisation_code,
    quintile,
    {% for column, label in groups %}
    {{ column }},
    {% endfor %}
    total
from by_quintile
where quintile is not null
union all
select
    file_id,
    organisation_level,
    organisation_code,
    cast(null as varchar) as quintile,
    {% for column, label in groups %}
    sum({{ column }}) as {{ column }},
    {% endfor %}
    sum(total) as total
from by_quintile
group by file_id, organisation_level, organisation_code
