-- One community asset, such as a group, hub or service, with whom it serves.
select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- what it says
    nullif(trim(supplier_code), '') as supplier_code,
    nullif(trim(supplier_name), '') as supplier_name,
    nullif(trim(lmns_code), '') as lmns_code,
    nullif(trim(asset_id), '') as asset_id,
    nullif(trim(asset_name), '') as asset_name,
    nullif(trim(holder_type), '') as holder_type,
    nullif(trim(organisation_name), '') as organisation_name,
    nullif(trim(kind), '') as kind,
    nullif(trim(determinant), '') as determinant,
    nullif(trim(stage), '') as stage,
    nullif(trim(communities), '') as communities,
    nullif(trim(languages), '') as languages,
    nullif(trim(interpreter), '') as interpreter,
    nullif(trim(cost), '') as cost,
    nullif(trim(referral_route), '') as referral_route,
    nullif(trim(days_times), '') as days_times,
    nullif(trim(area_code), '') as area_code,
    nullif(trim(lsoa_code), '') as lsoa_code,
    cast({{ to_number('lsoa_vintage') }} as integer) as lsoa_vintage,
    nullif(trim(lsoa_status), '') as lsoa_status,
    nullif(trim(step_free), '') as step_free,
    nullif(trim(childcare), '') as childcare,
    nullif(trim(online), '') as online,
    {{ published_date('funded_until') }} as funded_until,
    {{ published_date('last_verified') }} as last_verified,
    nullif(trim(verified_by_role), '') as verified_by_role,
    nullif(trim(consent_to_publish), '') as consent_to_publish
from {{ source('local', 'local__community_asset') }}
