-- What this warehouse holds of each system, in the words of seeds/checklist_requirements.csv: one row per kind of evidence,
-- subject and division of people. Rows of England stand under England, since a figure of England is not one of the system.
with divided as (

    select
        metric_value.metric_id,
        metric_value.organisation_level,
        metric_value.lmns_code,
        case
            when metric_value.dimension = 'total' then 'everybody'
            when metric_value.dimension in ('ethnicity', 'ethnicity_detailed') then 'ethnicity'
            when metric_value.dimension in ('deprivation', 'deprivation_quintile') then 'deprivation'
            when metric_value.dimension in ('ethnicity_deprivation', 'ethnicity_deprivation_quintile') then 'both'
            when metric_value.dimension = 'language' then 'language'
            when metric_value.dimension = 'age' then 'age'
        end as by_group,
        metric_value.vocabulary,
        metric_value.group_code
    from {{ ref('fct_metric_value') }} as metric_value
    left join {{ ref('strata') }} as strata
        on
            metric_value.dimension = strata.dimension
            and metric_value.group_code = strata.group_code
    where
        metric_value.value is not null
        and not coalesce(strata.is_unknown, false)

),

-- a comparison takes two groups of one code list
counted as (

    select
        metric_id,
        case organisation_level when 'national' then 'England' else lmns_code end as lmns_code,
        by_group
    from divided
    where
        by_group is not null
        and (organisation_level = 'national' or lmns_code is not null)
    group by metric_id, organisation_level, lmns_code, by_group, vocabulary
    having
        count(distinct group_code) > 1
        or by_group = 'everybody'

),

asset_area as (

    select
        lmns_code,
        max(case when service <> 'no register' then 1 else 0 end) as is_register_held,
        max(case when need_level <> 'not known' and dimension <> 'kind' then 1 else 0 end) as is_need_known,
        max(case when need_level <> 'not known' and dimension <> 'kind' and area_level = 'council' then 1 else 0 end)
            as is_area_need_known
    from {{ ref('fct_community_asset') }}
    group by lmns_code

),

held as (

    select
        lmns_code,
        'metric' as evidence_kind,
        metric_id as subject,
        by_group
    from counted
    union all
    select
        counted.lmns_code,
        'topic' as evidence_kind,
        topics.topic as subject,
        counted.by_group
    from counted
    inner join {{ ref('evidence_topics') }} as topics
        on counted.metric_id = topics.metric_id
    union all
    -- a measure that is no topic of the evidence gaps may stand among topics by its own name
    select
        lmns_code,
        'topic' as evidence_kind,
        metric_id as subject,
        by_group
    from counted
    union all
    select
        lmns_code,
        'data set' as evidence_kind,
        dataset as subject,
        'everybody' as by_group
    from {{ ref('int_local_row') }}
    where is_used
    union all
    select
        staff.lmns_code,
        'staff' as evidence_kind,
        coalesce(staff.survey_question, staff.measure) as subject,
        'ethnicity' as by_group
    from {{ ref('stg_local__workforce') }} as staff
    inner join {{ ref('int_local_row') }} as local_row
        on
            staff.file_id = local_row.file_id
            and staff.row_number = local_row.row_number
            and local_row.dataset = 'workforce'
    where
        local_row.is_used
        and staff.numerator is not null
        and staff.ethnic_group not in ('ALL', 'NOT_DECLARED', 'Z', '99')
    group by staff.lmns_code, staff.survey_question, staff.measure
    having count(distinct staff.ethnic_group) > 1
    union all
    select
        lmns_code,
        'check' as evidence_kind,
        item as subject,
        'everybody' as by_group
    from {{ ref('fct_data_quality') }}
    where
        lmns_code is not null
        and value is not null
        and measure in ('valid and stated', 'usable postcode')
    union all
    select
        lmns_code,
        'fact' as evidence_kind,
        concat('asset: ', kind) as subject,
        'everybody' as by_group
    from {{ ref('int_community_asset') }}
    union all
    select
        lmns_code,
        'fact' as evidence_kind,
        'funding dates' as subject,
        'everybody' as by_group
    from {{ ref('int_community_asset') }}
    where funded_until is not null
    union all
    select
        asset.lmns_code,
        'fact' as evidence_kind,
        case asset_group.dimension when 'language' then 'languages named' else 'communities named' end as subject,
        'everybody' as by_group
    from {{ ref('int_community_asset_group') }} as asset_group
    inner join {{ ref('int_community_asset') }} as asset
        on asset_group.asset_key = asset.asset_key
    where asset_group.group_code is not null
    union all
    select
        lmns_code,
        'fact' as evidence_kind,
        'need beside assets' as subject,
        'everybody' as by_group
    from asset_area
    where
        is_register_held = 1
        and is_need_known = 1
    union all
    select
        lmns_code,
        'fact' as evidence_kind,
        'need of areas' as subject,
        'everybody' as by_group
    from asset_area
    where is_area_need_known = 1
    union all
    select
        lmns_code,
        'fact' as evidence_kind,
        'robustness of gaps' as subject,
        'everybody' as by_group
    from {{ ref('fct_gap_robustness') }}
    where robustness is not null
    union all
    select
        lmns_code,
        'fact' as evidence_kind,
        'trends' as subject,
        'everybody' as by_group
    from {{ ref('fct_trend') }}
    where organisation_level = 'lmns'
    union all
    select
        lmns_code,
        'fact' as evidence_kind,
        'drafted actions' as subject,
        'everybody' as by_group
    from {{ ref('fct_action') }}

)

select distinct
    lmns_code,
    evidence_kind,
    subject,
    by_group
from held
where lmns_code is not null
