-- The systems that the data hold: each with at least one figure published for it.
with held as (

    select
        metric_value.lmns_code,
        min(metric_value.period_start) as first_period,
        max(metric_value.period_end) as last_period,
        max(case when register.is_synthetic then 1 else 0 end) = 1 as is_synthetic
    from {{ ref('fct_metric_value') }} as metric_value
    left join {{ source('register', 'file_register') }} as register
        on metric_value.file_id = register.file_id
    where
        metric_value.organisation_level = 'lmns'
        and metric_value.source_id <> 'census'
    group by metric_value.lmns_code

),

-- the area as it stood at the end of its newest figure
latest as (

    select
        lmns.lmns_code,
        lmns.lmns_name,
        lmns.region_code,
        lmns.region_name,
        lmns.valid_from,
        lmns.valid_to,
        lmns.successor_note,
        row_number() over (
            partition by lmns.lmns_code
            order by case when lmns.valid_from <= held.last_period then 0 else 1 end, lmns.valid_from desc
        ) as version
    from {{ ref('dim_lmns') }} as lmns
    inner join held
        on lmns.lmns_code = held.lmns_code

),

seen as (

    select distinct organisation_code
    from {{ ref('fct_metric_value') }}
    where organisation_level = 'provider'

),

placed as (

    select
        organisation.lmns_code,
        organisation.organisation_code,
        concat(
            organisation.organisation_name, ' (', organisation.organisation_code, '): ',
            lower(substring(organisation.lmns_basis, 1, 1)), substring(organisation.lmns_basis, 2)
        ) as basis
    from {{ ref('dim_organisation') }} as organisation
    inner join seen
        on organisation.organisation_code = seen.organisation_code
    where
        organisation.organisation_level = 'provider'
        and organisation.lmns_code is not null

),

providers as (

    select
        lmns_code,
        count(*) as provider_count,
        {{ dbt.listagg('basis', "'; '", "order by organisation_code") }} as basis
    from placed
    group by lmns_code

)

select
    held.lmns_code,
    latest.lmns_name,
    latest.region_code,
    latest.region_name,
    latest.valid_from,
    latest.valid_to,
    latest.successor_note,
    coalesce(providers.basis, 'No provider is placed in this system') as basis,
    held.first_period,
    held.last_period,
    held.is_synthetic
from held
inner join latest
    on
        held.lmns_code = latest.lmns_code
        and latest.version = 1
left join providers
    on held.lmns_code = providers.lmns_code
