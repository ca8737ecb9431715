-- Which system each small area lies in, and from when to when. The ONS gives an integrated care board a new code
-- when its boundary moves, so an area that a look-up places under a code lies there for as long as the code is
-- valid: 42 boards until 31 March 2026 and 36 after. Areas of 2011 follow what became of them, unless that is
-- divided between boards.
with lookup as (

    select
        area_icb.area_code,
        area_icb.sub_icb_ons_code,
        area_icb.icb_ons_code,
        area_icb.lookup_year
    from {{ ref('stg_deprivation__area_icb') }} as area_icb
    inner join ({{ newest_file(ref('stg_deprivation__area_icb'), ['lookup_year']) }}) as newest
        on
            area_icb.file_id = newest.file_id
            and area_icb.lookup_year = newest.lookup_year

),

-- the same code in two look-ups is the same place; the newer one says the sub-ICB
placed_2021 as (

    select
        area_code,
        icb_ons_code,
        sub_icb_ons_code,
        lookup_year
    from (
        select
            lookup.*,
            row_number() over (partition by area_code, icb_ons_code order by lookup_year desc) as recency
        from lookup
    ) as ranked
    where recency = 1

),

change as (

    select
        area_change.area_code_2011,
        area_change.area_code_2021
    from {{ ref('stg_deprivation__area_change') }} as area_change
    inner join ({{ newest_file(ref('stg_deprivation__area_change')) }}) as newest
        on area_change.file_id = newest.file_id

),

became as (

    select
        area_code_2011,
        count(*) as areas_2021
    from change
    group by area_code_2011

),

-- only where every part of the area of 2011 lies under the same code
placed_2011 as (

    select
        change.area_code_2011 as area_code,
        placed_2021.icb_ons_code,
        case when count(distinct placed_2021.sub_icb_ons_code) = 1 then max(placed_2021.sub_icb_ons_code) end as sub_icb_ons_code,
        max(placed_2021.lookup_year) as lookup_year
    from change
    inner join became
        on change.area_code_2011 = became.area_code_2011
    inner join placed_2021
        on change.area_code_2021 = placed_2021.area_code
    group by change.area_code_2011, placed_2021.icb_ons_code
    having count(*) = max(became.areas_2021)

),

placed as (

    select
        area_code,
        2021 as area_vintage,
        icb_ons_code,
        sub_icb_ons_code,
        lookup_year
    from placed_2021
    union all
    select
        area_code,
        2011 as area_vintage,
        icb_ons_code,
        sub_icb_ons_code,
        lookup_year
    from placed_2011

)

select
    concat(placed.area_code, '/', cast(placed.area_vintage as varchar)) as area_id,
    placed.area_code,
    placed.area_vintage,
    placed.icb_ons_code,
    placed.sub_icb_ons_code,
    placed.lookup_year,
    lmns.lmns_code,
    lmns.region_code,
    lmns.valid_from,
    lmns.valid_to
from placed
left join {{ ref('dim_lmns') }} as lmns
    on placed.icb_ons_code = lmns.ons_code
