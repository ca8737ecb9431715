-- Each row is one community asset of the registers that are used, with what decides whom it serves. Days are counted from
-- the day on which somebody last made sure of any asset of the system's register, so the same files give the same row.
with chosen as (

    select staged.*
    from {{ ref('stg_local__community_asset') }} as staged
    inner join {{ ref('int_local_row') }} as local_row
        on
            staged.file_id = local_row.file_id
            and staged.row_number = local_row.row_number
            and local_row.dataset = 'community_asset'
    where local_row.is_used

),

dated as (

    select
        chosen.*,
        max(last_verified) over (partition by lmns_code) as as_of_date
    from chosen

)

select
    concat(supplier_code, '/', asset_id) as asset_key,
    file_id,
    row_number,
    lmns_code,
    supplier_code,
    asset_id,
    asset_name,
    holder_type,
    -- what an individual holds is shown without a name of theirs
    case when coalesce(holder_type, '') <> 'individual' then organisation_name end as organisation_name,
    kind,
    determinant,
    stage,
    communities,
    languages,
    interpreter,
    cost,
    referral_route,
    days_times,
    area_code,
    lsoa_code,
    online,
    step_free,
    childcare,
    funded_until,
    last_verified,
    as_of_date,
    coalesce(consent_to_publish = 'Y', false) as is_published,
    coalesce(funded_until < as_of_date, false) as is_funding_over,
    coalesce(
        funded_until >= as_of_date
        and {{ dbt.datediff('as_of_date', 'funded_until', 'day') }} <= {{ var('asset_funding_days') }}, false
    ) as is_funding_ending,
    (area_code is null and lsoa_code is null) or coalesce(online = 'Y', false) as is_for_whole_system,
    coalesce(upper(communities), 'ALL') = 'ALL' as is_for_everybody
from dated
