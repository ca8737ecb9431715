select
    community_asset.figure_id,
    community_asset.lmns_code,
    community_asset.area_level,
    community_asset.area_code,
    coalesce(organisation.organisation_name, community_asset.area_code) as area_name,
    community_asset.dimension,
    community_asset.group_code,
    coalesce(strata.group_name, languages.language_name, asset_kinds.kind_name, community_asset.group_code) as group_name,
    case
        when community_asset.dimension = 'ethnicity' then 1
        when community_asset.dimension = 'deprivation_quintile' then 2
        when community_asset.dimension = 'language' then 3
        else 4
    end as dimension_order,
    coalesce(strata.group_order, 99) as group_order,
    community_asset.need_basis,
    community_asset.need_people,
    community_asset.need_figure_id,
    community_asset.all_figure_id,
    community_asset.need_source_id,
    community_asset.period_start,
    community_asset.period_end,
    community_asset.people_needing,
    community_asset.people_in_all,
    community_asset.people_mark,
    community_asset.people_percent,
    community_asset.need_level,
    community_asset.service,
    community_asset.verdict,
    community_asset.assets_naming,
    community_asset.assets_for_everybody,
    community_asset.assets_not_published,
    community_asset.assets_ending,
    community_asset.assets_over,
    community_asset.first_funding_end,
    community_asset.as_of_date,
    community_asset.register_file_id as register_file_sha256,
    community_asset.source_id
from {{ ref('fct_community_asset') }} as community_asset
left join {{ ref('strata') }} as strata
    on
        community_asset.dimension = strata.dimension
        and community_asset.group_code = strata.group_code
left join (
    select
        language,
        max(language_name) as language_name
    from {{ ref('languages') }}
    group by language
) as languages
    on
        community_asset.dimension = 'language'
        and community_asset.group_code = languages.language
left join {{ ref('asset_kinds') }} as asset_kinds
    on
        community_asset.dimension = 'kind'
        and community_asset.group_code = asset_kinds.kind
left join (
    select
        organisation_level,
        organisation_code,
        max(organisation_name) as organisation_name
    from {{ ref('dim_organisation') }}
    where organisation_level in ('lmns', 'council')
    group by organisation_level, organisation_code
) as organisation
    on
        community_asset.area_level = organisation.organisation_level
        and community_asset.area_code = organisation.organisation_code
