-- The deprivation of a small area as a local row names it. A row that does not say which census drew the area
-- (vintage 0) takes the area of 2021 where there is one of that code, else that of 2011.
with every_area as (

    select
        area_code,
        area_vintage,
        imd_edition,
        imd_decile,
        imd_quintile
    from {{ ref('dim_area') }}

),

not_said as (

    select
        area_code,
        max(area_vintage) as area_vintage
    from every_area
    group by area_code

)

select
    area_code,
    area_vintage as given_vintage,
    area_vintage,
    imd_edition,
    imd_decile,
    imd_quintile
from every_area
union all
select
    every_area.area_code,
    0 as given_vintage,
    every_area.area_vintage,
    every_area.imd_edition,
    every_area.imd_decile,
    every_area.imd_quintile
from every_area
inner join not_said
    on
        every_area.area_code = not_said.area_code
        and every_area.area_vintage = not_said.area_vintage
