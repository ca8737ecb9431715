-- The headline of an indicator is its only sex and age group, or Persons where that has one age group. Other sexes,
-- ages and categories are parts of their own, so that no figure mixes them. Deprivation and ethnic
-- categories of the indicators that a metric uses are strata.
with used_concept as (

    select distinct concept
    from {{ ref('int_metric_component') }}

),

-- England comes once for every parent that was asked for: its first row is read
numbered as (

    select
        fingertips.*,
        row_number() over (
            partition by file_id, indicator_id, area_code, sex, age, category_type, category, time_period
            order by row_number
        ) as repeat_number
    from {{ ref('stg_fingertips__data') }} as fingertips

),

combination as (

    select
        file_id,
        indicator_id,
        count(distinct concat(sex, '|', age)) as combinations,
        count(distinct case when sex = 'Persons' then age end) as ages_of_persons
    from numbered
    group by file_id, indicator_id

),

described as (

    select
        numbered.*,
        -- a number whose name is not the expected one is another indicator: it keeps no metric
        case
            when known.indicator_id is null or lower(numbered.indicator_name) like known.name_like
                then concat('fingertips.', numbered.indicator_id)
            else concat('fingertips.renamed.', numbered.indicator_id)
        end as concept,
        combination.combinations = 1 or (numbered.sex = 'Persons' and combination.ages_of_persons = 1) as is_headline,
        lower(numbered.category_type) as folded_type
    from numbered
    inner join combination
        on
            numbered.file_id = combination.file_id
            and numbered.indicator_id = combination.indicator_id
    left join {{ ref('fingertips_indicators') }} as known
        on numbered.indicator_id = known.indicator_id
    where numbered.repeat_number = 1

),

categorised as (

    select
        described.*,
        used_concept.concept is not null as is_used,
        case
            when used_concept.concept is null then null
            when folded_type like 'ethnic group%' then 'fingertips.ethnic_groups'
            -- deciles within a smaller area are not those of England
            when
                {{ text_matches('folded_type', 'deprivation (decile|quintile).*imd') }}
                and (folded_type like '%in england%' or organisation_level = 'national')
                then concat(
                    'fingertips.',
                    case
                        when folded_type like 'county%' then 'county'
                        when folded_type like 'district%' then 'district'
                        when folded_type like 'lsoa%' then 'lsoa'
                        else 'other'
                    end,
                    case when folded_type like '%quintile%' then '_quintile' else '_decile' end,
                    '.imd_', coalesce({{ text_capture('folded_type', 'imd ?(trend|[0-9]{4})') }}, 'edition_not_stated')
                )
        end as stratum_vocabulary,
        -- one edition on several boundaries: the newest is the stratum
        coalesce({{ to_number(text_capture('folded_type', '/([0-9]{2})[^/]*geog')) }}, 0)
        - case when folded_type like '%pre %' then 0.5 else 0 end as boundaries
    from described
    left join used_concept
        on described.concept = used_concept.concept

),

ranked as (

    select
        categorised.*,
        row_number() over (
            partition by file_id, indicator_id, area_code, sex, age, time_period, stratum_vocabulary, lower(category)
            order by boundaries desc, row_number
        ) as boundary_rank
    from categorised

),

stratified as (

    select
        ranked.*,
        case when boundary_rank = 1 then stratum_vocabulary end as vocabulary,
        case when is_headline then '' else concat('; ', sex, '; ', age) end as part_of_whom,
        case
            when category_type is null or (stratum_vocabulary is not null and boundary_rank = 1) then ''
            else concat('; ', category_type, ': ', coalesce(category, ''))
        end as part_of_category
    from ranked

),

every_part as (

    {% for part, column, measure in [
        ('Value', 'value', 'rate'), ('Count', 'numerator', 'count'), ('Denominator', 'denominator', 'count'),
        ('Lower 95', 'lower_95', 'rate'), ('Upper 95', 'upper_95', 'rate'),
        ('Lower 99.8', 'lower_998', 'rate'), ('Upper 99.8', 'upper_998', 'rate'),
    ] %}
    select
        stratified.*,
        concat('{{ part }}', part_of_whom, part_of_category) as part,
        '{{ measure }}' as measure,
        {{ column }} as part_value,
        {{ 'mark' if part == 'Value' else 'cast(null as varchar)' }} as part_mark
    from stratified
    {{ 'where ' ~ column ~ ' is not null' if part != 'Value' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    'fingertips' as source_id,
    'fingertips__data' as table_name,
    every_part.file_id,
    every_part.row_number,
    every_part.area_code as organisation_code,
    -- trusts of the metrics must be on the register of providers; those of other indicators need not
    case
        when every_part.organisation_level = 'trust' and every_part.is_used then 'provider'
        else every_part.organisation_level
    end as organisation_level,
    case when every_part.organisation_level = 'trust' then 'provider' else 'residence' end as organisation_role,
    every_part.period_start,
    every_part.period_end,
    every_part.period_window,
    register.release,
    every_part.concept,
    every_part.part,
    every_part.vocabulary,
    case when every_part.vocabulary is not null then every_part.category end as native_group,
    cast(null as varchar) as vocabulary_2,
    cast(null as varchar) as native_group_2,
    every_part.measure,
    every_part.part_value as value,
    every_part.part_value as value_low,
    every_part.part_value as value_high,
    every_part.part_mark as mark,
    every_part.value_note as caveat
from every_part
inner join {{ source('register', 'file_register') }} as register
    on every_part.file_id = register.file_id
