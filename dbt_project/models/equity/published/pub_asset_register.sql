select
    register.figure_id,
    register.lmns_code,
    register.asset_name,
    register.holder_type,
    register.organisation_name,
    register.kind,
    asset_kinds.kind_name,
    register.determinant,
    register.stage,
    register.communities,
    register.languages,
    register.interpreter,
    register.cost,
    register.referral_route,
    register.days_times,
    register.area_code,
    coalesce(organisation.organisation_name, register.area_code) as area_name,
    register.online,
    register.step_free,
    register.childcare,
    register.funded_until,
    register.is_funding_over,
    register.is_funding_ending,
    register.last_verified,
    register.file_id as file_sha256,
    register.source_id
from {{ ref('fct_asset_register') }} as register
left join {{ ref('asset_kinds') }} as asset_kinds
    on register.kind = asset_kinds.kind
left join (
    select
        organisation_code,
        max(organisation_name) as organisation_name
    from {{ ref('dim_organisation') }}
    where organisation_level = 'council'
    group by organisation_code
) as organisation
    on register.area_code = organisation.organisation_code
