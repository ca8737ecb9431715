-- The publisher's own totals of integrated care boards are the answer to our look-up's question of which sub-ICB
-- lies in which board. A sub-ICB that the look-up has under a later code is left out.
{{ config(severity='warn') }}

with place as (

    select distinct
        sub_icb_ons_code,
        icb_ons_code
    from {{ ref('int_area_lmns') }}
    where area_vintage = 2021

),

by_lookup as (

    select
        quarter.file_id,
        quarter.period_start,
        quarter.measure,
        place.icb_ons_code,
        sum(quarter.value) as value
    from {{ ref('stg_satod__quarter') }} as quarter
    inner join place
        on quarter.organisation_code = place.sub_icb_ons_code
    where quarter.organisation_level = 'sub_icb'
    group by quarter.file_id, quarter.period_start, quarter.measure, place.icb_ons_code

)

select
    published.file_id,
    published.period_start,
    published.measure,
    published.organisation_code,
    published.value as expected,
    by_lookup.value as found
from {{ ref('stg_satod__quarter') }} as published
inner join by_lookup
    on
        published.file_id = by_lookup.file_id
        and published.period_start = by_lookup.period_start
        and published.measure = by_lookup.measure
        and published.organisation_code = by_lookup.icb_ons_code
where by_lookup.value <> published.value
