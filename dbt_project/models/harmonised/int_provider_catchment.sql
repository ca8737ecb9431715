-- Share of each provider's patients by LMNS, from the catchment file received last. A provider that has
-- none of its own takes that of the code it replaced.
with latest_file as (

    select file_id
    from (
        select
            register.file_id,
            row_number() over (order by register.received_at desc, register.file_id) as recency
        from {{ source('register', 'file_register') }} as register
        inner join (
            select distinct file_id
            from {{ ref('stg_organisations__trust_catchment') }}
        ) as held
            on register.file_id = held.file_id
    ) as ranked
    where recency = 1

),

own as (

    select
        catchment.provider_code,
        lmns.lmns_code,
        sum(catchment.share) as share
    from {{ ref('stg_organisations__trust_catchment') }} as catchment
    inner join latest_file
        on catchment.file_id = latest_file.file_id
    inner join {{ ref('lmns') }} as lmns
        on catchment.icb_ons_code = lmns.ons_code
    group by catchment.provider_code, lmns.lmns_code

),

with_predecessor as (

    select
        providers.provider_code,
        max(successor.old_code) as predecessor_code
    from {{ ref('providers') }} as providers
    inner join {{ ref('stg_organisations__successor') }} as successor
        on providers.provider_code = successor.new_code
    inner join (select distinct provider_code from own) as held
        on successor.old_code = held.provider_code
    where providers.provider_code not in (select own.provider_code from own)
    group by providers.provider_code

)

select
    provider_code,
    lmns_code,
    share
from own
union all
select
    with_predecessor.provider_code,
    own.lmns_code,
    own.share
from with_predecessor
inner join own
    on with_predecessor.predecessor_code = own.provider_code
