-- Two bases that are never mixed: births linked to their notification, which give the baby's ethnic group
-- (ons_linked, ons_crossed), and registrations, which give the area and its deprivation (ons_registered, ons_area).
-- Ethnic group by deprivation is pooled over the years that share an edition of the index.
{% set reliable = "The Office for National Statistics marks this rate as unreliable because it rests on fewer than 20 events." %}
{% set with_wales = "England and Wales together, with births to women who live elsewhere: not England alone." %}

with older as (

    select
        'ons_births__by_ethnicity' as table_name,
        file_id,
        row_number,
        year,
        case
            when area_code is not null then area_code
            when lower(area_name) = 'england' or lower(table_place) = 'england' then 'E92000001'
            when lower(area_name) = 'wales' or lower(table_place) = 'wales' then 'W92000004'
            else 'K04000001, J99000001'
        end as area_code,
        area_code is null as is_one_area_table,
        deprivation_label,
        ethnic_label,
        case
            when area_code is not null or deprivation_label is not null then 'ons.ethnicity_6'
            else 'ons.ethnicity_12'
        end as ethnic_vocabulary,
        gestation_label,
        birth_weight_label,
        cast(null as varchar) as age_label,
        quantity,
        value,
        mark
    from {{ ref('stg_ons_births__by_ethnicity') }}

),

accessible as (

    select
        'ons_births__tables' as table_name,
        file_id,
        row_number,
        year,
        case
            when area_code is not null then area_code
            when lower(coalesce(area_name, table_place)) = 'england' then 'E92000001'
            when lower(coalesce(area_name, table_place)) = 'wales' then 'W92000004'
            when lower(coalesce(area_name, table_place)) = 'england and wales' then 'K04000001, J99000001'
        end as area_code,
        area_code is null and area_name is null as is_one_area_table,
        deprivation_label,
        ethnic_label,
        'ons.ethnicity_12' as ethnic_vocabulary,
        gestation_label,
        cast(null as varchar) as birth_weight_label,
        age_label,
        quantity,
        value,
        mark
    from {{ ref('stg_ons_births__tables') }}

),

every_row as (

    select * from older
    union all
    select * from accessible

),

sorted as (

    select
        every_row.*,
        coalesce(lower(ethnic_label) in ('all', 'total'), true) as is_every_group,
        lower(deprivation_label) in ('total', 'all deciles') as is_every_decile,
        case
            when year <= 2010 then 'ons.imd_2010_decile'
            when year <= 2015 then 'ons.imd_2015_decile'
            when year <= 2023 then 'ons.imd_2019_decile'
            -- the workbooks up to 2023 say which index their deciles are from; a later one may use another
            else 'ons.imd_decile'
        end as deprivation_vocabulary,
        case when quantity like '%rate' or quantity like '%deaths' then 'deaths' else 'births' end as family
    from every_row
    where quantity is not null

),

placed as (

    select
        sorted.*,
        case
            when deprivation_label is not null and ethnic_label is not null then 'ons_crossed'
            when gestation_label is not null then 'ons_linked.gestation'
            when birth_weight_label is not null then 'ons_linked.birth_weight'
            when ethnic_label is not null then 'ons_linked'
            when deprivation_label is not null then 'ons_registered'
            when lower(age_label) <> 'all ages' then 'ons_registered'
            else 'ons_area'
        end as basis,
        case
            when area_code = 'E92000001' then 'national'
            -- England is in the same table: England and Wales is then context, not a figure of the audit
            when area_code = 'K04000001, J99000001' and is_one_area_table then 'national'
            when substring(area_code, 1, 3) in ('K04', 'W92', 'J99') then 'country'
            when substring(area_code, 1, 3) = 'E12' then 'ons_region'
            when substring(area_code, 1, 3) in ('E10', 'E11') then 'county'
            when area_code is not null then 'local_authority'
        end as organisation_level
    from sorted

),

kept as (

    select *
    from placed
    where
        -- by length of pregnancy and by birth weight: live births only
        not (basis in ('ons_linked.gestation', 'ons_linked.birth_weight') and quantity <> 'Live births')
        and coalesce(lower(gestation_label), '') not in ('all', 'all gestational ages', 'percentage not stated')
        and coalesce(lower(birth_weight_label), '') <> 'all weights'
        -- crossed groups: counts of England, which the years can be pooled from; deaths of no known group have no births
        and not (
            basis = 'ons_crossed'
            and (
                quantity like '%rate' or is_every_group or is_every_decile
                or area_code <> 'E92000001' or lower(ethnic_label) = 'unlinked deaths'
            )
        )
        -- the deciles of Wales are of another index
        and not (basis = 'ons_registered' and area_code = 'W92000004')

)

select
    'ons_births' as source_id,
    kept.table_name,
    kept.file_id,
    kept.row_number,
    kept.area_code as organisation_code,
    kept.organisation_level,
    'residence' as organisation_role,
    case
        when basis <> 'ons_crossed' then {{ date_of('year', '1', '1') }}
        when year <= 2010 then cast('2007-01-01' as date)
        when year <= 2015 then cast('2011-01-01' as date)
        else cast('2016-01-01' as date)
    end as period_start,
    case
        when basis <> 'ons_crossed' then {{ date_of('year', '12', '31') }}
        when year <= 2010 then cast('2010-12-31' as date)
        when year <= 2015 then cast('2015-12-31' as date)
        else cast('2019-12-31' as date)
    end as period_end,
    case when basis = 'ons_crossed' then 'pooled_years' else 'calendar_year' end as period_window,
    register.release,
    case
        when basis in ('ons_linked.gestation', 'ons_linked.birth_weight') then basis
        -- a rate of stillbirths is of births; other rates are of deaths
        when quantity = 'Stillbirth rate' then concat(basis, '.births')
        else concat(basis, '.', family)
    end as concept,
    case
        when basis = 'ons_linked.gestation' then gestation_label
        when basis = 'ons_linked.birth_weight' then birth_weight_label
        when basis = 'ons_crossed' then concat(quantity, ' ', cast(year as varchar))
        else quantity
    end as part,
    case
        when ethnic_label is not null and not is_every_group then ethnic_vocabulary
        when basis = 'ons_registered' and deprivation_label is not null and not is_every_decile then deprivation_vocabulary
        when basis = 'ons_registered' and age_label is not null then 'ons.age_group'
    end as vocabulary,
    case
        when ethnic_label is not null and not is_every_group then ethnic_label
        when basis = 'ons_registered' and deprivation_label is not null and not is_every_decile then deprivation_label
        when basis = 'ons_registered' and age_label is not null then age_label
    end as native_group,
    case when basis = 'ons_crossed' then deprivation_vocabulary end as vocabulary_2,
    case when basis = 'ons_crossed' then deprivation_label end as native_group_2,
    case when quantity like '%rate' then 'rate' else 'count' end as measure,
    kept.value,
    kept.value as value_low,
    kept.value as value_high,
    kept.mark,
    nullif(concat_ws(
        ' ',
        case when kept.organisation_level = 'national' and area_code <> 'E92000001' then '{{ with_wales }}' end,
        case
            when basis = 'ons_crossed' then concat(
                'Deciles of the English Indices of Deprivation ', substring(deprivation_vocabulary, 9, 4), '.'
            )
        end,
        case when kept.mark in ('u', '[u]') and kept.value is not null then '{{ reliable }}' end
    ), '') as caveat
from kept
inner join {{ source('register', 'file_register') }} as register
    on kept.file_id = register.file_id
