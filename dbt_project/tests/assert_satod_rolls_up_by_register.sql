-- The publisher's own regional totals are the answer to our register's question of which system is in which region.
{{ config(severity='warn') }}

with by_register as (

    select
        quarter.file_id,
        quarter.period_start,
        quarter.measure,
        lmns.region_code,
        sum(quarter.value) as value
    from {{ ref('stg_satod__quarter') }} as quarter
    inner join {{ ref('dim_lmns') }} as lmns
        on quarter.organisation_code = lmns.ons_code
    where quarter.organisation_level = 'lmns'
    group by quarter.file_id, quarter.period_start, quarter.measure, lmns.region_code

)

select
    published.file_id,
    published.period_start,
    published.measure,
    published.organisation_code,
    published.value as expected,
    by_register.value as found
from {{ ref('stg_satod__quarter') }} as published
inner join {{ ref('regions') }} as regions
    on published.organisation_code = regions.ons_code
left join by_register
    on
        published.file_id = by_register.file_id
        and published.period_start = by_register.period_start
        and published.measure = by_register.measure
        and regions.region_code = by_register.region_code
where coalesce(by_register.value, -1) <> published.value
