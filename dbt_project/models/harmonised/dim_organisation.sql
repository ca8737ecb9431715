-- Codes as published and the one code each stands for. A provider belongs to the LMNS that most of
-- its patients come from, or to the one that config/systems says.
with catchment_ranked as (

    select
        provider_code,
        lmns_code,
        share,
        row_number() over (partition by provider_code order by share desc, lmns_code) as share_rank
    from {{ ref('int_provider_catchment') }}

),

configured as (

    select
        provider_code,
        min(lmns_code) as lmns_code
    from {{ source('systems', 'system_provider') }}
    group by provider_code

),

provider as (

    select
        'provider' as organisation_level,
        providers.provider_code as published_code,
        providers.provider_code as organisation_code,
        providers.provider_name as organisation_name,
        coalesce(configured.lmns_code, catchment_ranked.lmns_code) as lmns_code,
        case
            when configured.lmns_code is not null then 'Named in the settings of this system'
            when catchment_ranked.lmns_code is not null
                then concat(
                    'Most of its patients come from this area (',
                    cast(cast(round(100 * catchment_ranked.share) as integer) as varchar), '%)'
                )
            else 'No file says which area its patients come from'
        end as lmns_basis
    from {{ ref('providers') }} as providers
    left join configured
        on providers.provider_code = configured.provider_code
    left join catchment_ranked
        on
            providers.provider_code = catchment_ranked.provider_code
            and catchment_ranked.share_rank = 1

),

-- the area of a council, placed in the one system that its figures were supplied for
council as (

    select
        'council' as organisation_level,
        councils.area_code as published_code,
        councils.area_code as organisation_code,
        councils.area_name as organisation_name,
        case
            when min(supplied.lmns_code) = max(supplied.lmns_code) then min(supplied.lmns_code)
        end as lmns_code,
        'Supplied for this system' as lmns_basis
    from {{ ref('councils') }} as councils
    inner join {{ ref('stg_local__council_indicator') }} as supplied
        on councils.area_code = supplied.area_code
    group by councils.area_code, councils.area_name

),

lmns as (

    select
        'lmns' as organisation_level,
        lmns_code as published_code,
        lmns_code as organisation_code,
        max(lmns_name) as organisation_name,
        lmns_code,
        'Published for this system' as lmns_basis
    from {{ ref('lmns') }}
    group by lmns_code

),

lmns_ons as (

    select
        'lmns' as organisation_level,
        ons_code as published_code,
        lmns_code as organisation_code,
        lmns_name as organisation_name,
        lmns_code,
        'Published for this system' as lmns_basis
    from {{ ref('lmns') }}

),

region as (

    select
        'region' as organisation_level,
        region_code as published_code,
        region_code as organisation_code,
        region_name as organisation_name,
        cast(null as varchar) as lmns_code,
        cast(null as varchar) as lmns_basis
    from {{ ref('regions') }}

),

region_ons as (

    select
        'region' as organisation_level,
        ons_code as published_code,
        region_code as organisation_code,
        region_name as organisation_name,
        cast(null as varchar) as lmns_code,
        cast(null as varchar) as lmns_basis
    from {{ ref('regions') }}

),

national as (

    select
        organisation_level,
        published_code,
        organisation_code,
        organisation_name,
        cast(null as varchar) as lmns_code,
        cast(null as varchar) as lmns_basis
    from {{ ref('organisation_codes') }}

)

select * from provider
union all
select * from council
union all
select * from lmns
union all
select * from lmns_ons
union all
select * from region
union all
select * from region_ons
union all
select * from national
