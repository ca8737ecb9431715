-- The guidance's checklist: every intervention of the register and every item that the analysis must hold, present, partly
-- or absent in each system. No row says its own result: seeds/checklist_requirements.csv says what each needs, and
-- fct_checklist_held what is there.
with system as (

    select distinct lmns_code
    from {{ ref('fct_metric_value') }}
    where
        organisation_level = 'lmns'
        and lmns_code is not null

),

-- any one subject of a requirement is enough
wanted as (

    {{ split_rows(ref('checklist_requirements'), ['item_id', 'requirement_order', 'evidence_kind', 'by_group'], 'subjects', "'|'") }}

),

met as (

    select distinct
        held.lmns_code,
        wanted.item_id,
        wanted.requirement_order
    from wanted
    inner join {{ ref('fct_checklist_held') }} as held
        on
            wanted.evidence_kind = held.evidence_kind
            and wanted.piece = held.subject
            and wanted.by_group = held.by_group

),

judged as (

    select
        system.lmns_code,
        requirement.item_id,
        requirement.requirement_order,
        requirement.holder,
        case
            when met.lmns_code is not null or england.lmns_code is null then requirement.requirement
            else concat(requirement.requirement, ' (held for England alone)')
        end as requirement,
        case when met.lmns_code is null then 0 else 1 end as is_met
    from system
    cross join {{ ref('checklist_requirements') }} as requirement
    left join met
        on
            system.lmns_code = met.lmns_code
            and requirement.item_id = met.item_id
            and requirement.requirement_order = met.requirement_order
    left join met as england
        on
            england.lmns_code = 'England'
            and requirement.item_id = england.item_id
            and requirement.requirement_order = england.requirement_order

),

by_item as (

    select
        lmns_code,
        item_id,
        cast(count(*) as integer) as requirements,
        cast(sum(is_met) as integer) as requirements_met,
        {{ dbt.listagg("case when is_met = 1 then requirement end", "'; '", "order by requirement_order") }} as held,
        {{ dbt.listagg("case when is_met = 0 then requirement end", "'; '", "order by requirement_order") }} as missing
    from judged
    group by lmns_code, item_id

),

missing_holder as (

    select
        lmns_code,
        item_id,
        holder,
        min(requirement_order) as first_order
    from judged
    where is_met = 0
    group by lmns_code, item_id, holder

),

holder as (

    select
        lmns_code,
        item_id,
        {{ dbt.listagg("holder", "'; '", "order by first_order") }} as holders
    from missing_holder
    group by lmns_code, item_id

)

select
    {{ figure_id('ck', ['by_item.lmns_code', 'by_item.item_id']) }} as figure_id,
    by_item.lmns_code,
    by_item.item_id,
    checklist.item_order,
    checklist.part,
    checklist.item_kind,
    checklist.intervention_ref,
    coalesce(checklist.item, interventions.short_text) as item,
    case
        when by_item.requirements_met = by_item.requirements then 'present'
        when by_item.requirements_met > 0 then 'partly'
        else 'absent'
    end as status,
    by_item.requirements,
    by_item.requirements_met,
    nullif(by_item.held, '') as held,
    nullif(by_item.missing, '') as missing,
    holder.holders,
    coalesce(checklist.verification, interventions.verification) as verification,
    interventions.indicator_verification,
    coalesce(checklist.source_url, interventions.source_url) as source_url
from by_item
inner join {{ ref('guidance_checklist') }} as checklist
    on by_item.item_id = checklist.item_id
left join {{ ref('interventions') }} as interventions
    on checklist.intervention_ref = interventions.ref
left join holder
    on
        by_item.lmns_code = holder.lmns_code
        and by_item.item_id = holder.item_id
