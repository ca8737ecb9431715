-- Share of each provider's patients by LMNS, from one catchment file: the fullest, then the last received.
-- A provider that has none of its own takes that of the code it replaced.
with latest_file as (

    {{ newest_file(ref('stg_organisations__trust_catchment')) }}

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
