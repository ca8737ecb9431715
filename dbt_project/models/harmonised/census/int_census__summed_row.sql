-- Which row of the census is added up for whom: each small area of England counts for its system, for the region
-- of that, and for England. A system whose boundary has moved is counted as it runs now, one that has ended as it
-- last ran.
with census as (

    select
        file_id,
        row_number,
        area_code
    from {{ ref('stg_census__ethnic_group') }}
    where substring(area_code, 1, 3) = 'E01'

),

boundary as (

    select
        area_code,
        icb_ons_code,
        region_code,
        valid_from = max(valid_from) over (partition by coalesce(lmns_code, icb_ons_code)) as is_newest_of_system,
        row_number() over (partition by area_code order by valid_from desc, icb_ons_code) as recency
    from {{ ref('int_area_lmns') }}
    where area_vintage = 2021

),

ranked as (

    select count(*) as areas
    from {{ ref('dim_area') }}
    where
        area_vintage = 2021
        and imd_quintile is not null

),

area as (

    select
        census.file_id,
        census.row_number,
        census.area_code,
        case
            when dim_area.imd_quintile is not null then concat('Quintile ', cast(dim_area.imd_quintile as varchar))
            when ranked.areas > 0 then 'No rank'
        end as quintile
    from census
    cross join ranked
    left join {{ ref('dim_area') }} as dim_area
        on
            census.area_code = dim_area.area_code
            and dim_area.area_vintage = 2021

)

select
    'census__ethnic_group' as table_name,
    area.file_id,
    area.row_number,
    'lmns' as organisation_level,
    boundary.icb_ons_code as organisation_code,
    area.quintile
from area
left join boundary
    on area.area_code = boundary.area_code
where coalesce(boundary.is_newest_of_system, true)
union all
select
    'census__ethnic_group' as table_name,
    area.file_id,
    area.row_number,
    'region' as organisation_level,
    boundary.region_code as organisation_code,
    area.quintile
from area
inner join boundary
    on
        area.area_code = boundary.area_code
        and boundary.recency = 1
where boundary.region_code is not null
union all
select
    'census__ethnic_group' as table_name,
    area.file_id,
    area.row_number,
    'national' as organisation_level,
    'E92000001' as organisation_code,
    area.quintile
from area
