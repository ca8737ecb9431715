-- Areas of 2011 have the indices of 2019, areas of 2021 those of 2025, and neither the other's.
select
    area_id,
    imd_edition
from {{ ref('dim_area') }}
where
    (area_vintage = 2011 and imd_edition = 'IMD 2025')
    or (area_vintage = 2021 and imd_edition = 'IMD 2019')
