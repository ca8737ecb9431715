-- Every small area that a file names, once for each vintage of its code. A code that did not change stands in
-- both vintages: deprivation belongs to the vintage that its edition was made for, and to no other.
with imd_2019 as (

    select
        imd.area_code,
        imd.area_name,
        imd.imd_rank,
        imd.imd_decile
    from {{ ref('stg_deprivation__imd_2019') }} as imd
    inner join ({{ newest_file(ref('stg_deprivation__imd_2019')) }}) as newest
        on imd.file_id = newest.file_id

),

imd_2025 as (

    select
        imd.area_code,
        imd.area_name,
        imd.imd_rank,
        imd.imd_decile
    from {{ ref('stg_deprivation__imd_2025') }} as imd
    inner join ({{ newest_file(ref('stg_deprivation__imd_2025')) }}) as newest
        on imd.file_id = newest.file_id

),

named as (

    select
        area_code,
        2011 as area_vintage,
        area_name
    from imd_2019
    union all
    select
        area_code_2011 as area_code,
        2011 as area_vintage,
        cast(null as varchar) as area_name
    from {{ ref('stg_deprivation__area_change') }}
    union all
    select
        area_code,
        2021 as area_vintage,
        area_name
    from imd_2025
    union all
    select
        area_code_2021 as area_code,
        2021 as area_vintage,
        cast(null as varchar) as area_name
    from {{ ref('stg_deprivation__area_change') }}
    union all
    select
        area_code,
        2021 as area_vintage,
        area_name
    from {{ ref('stg_deprivation__area_icb') }}

),

area as (

    select
        area_code,
        area_vintage,
        max(area_name) as area_name
    from named
    group by area_code, area_vintage

),

deprivation as (

    select
        area_code,
        2011 as area_vintage,
        'IMD 2019' as imd_edition,
        imd_rank,
        imd_decile
    from imd_2019
    union all
    select
        area_code,
        2021 as area_vintage,
        'IMD 2025' as imd_edition,
        imd_rank,
        imd_decile
    from imd_2025

)

select
    concat(area.area_code, '/', cast(area.area_vintage as varchar)) as area_id,
    area.area_code,
    area.area_vintage,
    area.area_name,
    case substring(area.area_code, 1, 1)
        when 'E' then 'England'
        when 'W' then 'Wales'
    end as country,
    deprivation.imd_edition,
    deprivation.imd_rank,
    deprivation.imd_decile,
    cast(ceil(deprivation.imd_decile / 2.0) as integer) as imd_quintile
from area
left join deprivation
    on
        area.area_code = deprivation.area_code
        and area.area_vintage = deprivation.area_vintage
