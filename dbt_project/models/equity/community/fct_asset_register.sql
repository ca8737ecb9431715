-- The assets of each system whose owner agrees to publication, one row an asset. No model behind this one sees another.
select
    {{ figure_id('ar', ['lmns_code', 'asset_key']) }} as figure_id,
    lmns_code,
    asset_name,
    holder_type,
    organisation_name,
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
    online,
    step_free,
    childcare,
    funded_until,
    is_funding_over,
    is_funding_ending,
    last_verified,
    file_id,
    row_number,
    'local' as source_id
from {{ ref('int_community_asset') }}
where is_published
