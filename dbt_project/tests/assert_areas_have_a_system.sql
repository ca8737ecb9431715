-- Every area that has a deprivation rank lies in a system that is on the register, where a look-up of its vintage
-- is held at all.
{{ config(severity='warn') }}

select
    area.area_id,
    place.icb_ons_code
from {{ ref('dim_area') }} as area
left join {{ ref('int_area_lmns') }} as place
    on area.area_id = place.area_id
where
    area.imd_edition is not null
    and area.area_vintage in (
        select held.area_vintage
        from {{ ref('int_area_lmns') }} as held
    )
    and place.lmns_code is null
