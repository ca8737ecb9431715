-- Every quarter's smokers, non-smokers and not known are its maternities, and sub-ICBs add up to integrated
-- care boards, those to regions, and regions to England. A published file that breaks this is worth a question.
{{ config(severity='warn') }}

with part as (

    select
        file_id,
        period_start,
        organisation_level,
        organisation_code,
        sum(case when measure = 'Number of maternities' then value else 0 end) as maternities,
        sum(case when measure <> 'Number of maternities' then value else 0 end) as parts
    from {{ ref('stg_satod__quarter') }}
    group by file_id, period_start, organisation_level, organisation_code

),

level_total as (

    select
        file_id,
        period_start,
        measure,
        organisation_level,
        sum(value) as value
    from {{ ref('stg_satod__quarter') }}
    group by file_id, period_start, measure, organisation_level

)

select
    file_id,
    period_start,
    organisation_level,
    organisation_code as what,
    maternities as expected,
    parts as found
from part
where maternities <> parts
union all
select
    lower_level.file_id,
    lower_level.period_start,
    lower_level.organisation_level,
    lower_level.measure as what,
    england.value as expected,
    lower_level.value as found
from level_total as lower_level
inner join level_total as england
    on
        lower_level.file_id = england.file_id
        and lower_level.period_start = england.period_start
        and lower_level.measure = england.measure
        and england.organisation_level = 'national'
where lower_level.value <> england.value
