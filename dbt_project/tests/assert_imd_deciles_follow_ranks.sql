-- Each decile of an edition holds a tenth of its areas and the ranks of that tenth: else a file is cut short or mixed.
{{ config(severity='warn') }}

with edition as (

    select
        imd_edition,
        count(*) as areas
    from {{ ref('dim_area') }}
    where imd_edition is not null
    group by imd_edition

)

select
    area.area_id,
    area.imd_edition,
    area.imd_rank,
    area.imd_decile,
    edition.areas
from {{ ref('dim_area') }} as area
inner join edition
    on area.imd_edition = edition.imd_edition
where
    area.imd_rank < (area.imd_decile - 1) * edition.areas / 10.0 - 1
    or area.imd_rank > area.imd_decile * edition.areas / 10.0 + 1
