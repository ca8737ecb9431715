-- Which file is read where several hold the same thing: final before provisional, the file that reaches
-- furthest (a year to date revises the quarters before), a later version before an earlier one, an
-- undamaged copy before a damaged one, then the last received. The rest stay, marked with the reason.
with held as (

    select distinct
        source_id,
        table_name,
        concept,
        organisation_level,
        period_start,
        period_end,
        release,
        file_id,
        -- rows of local files were chosen one by one before they were counted (int_local_row): every file counts
        case when source_id = 'local' then file_id else 'any' end as chosen_among
    from {{ ref('int_observation_union') }}

),

described as (

    select
        held.source_id,
        held.table_name,
        held.concept,
        held.organisation_level,
        held.period_start,
        held.period_end,
        held.release,
        held.file_id,
        held.chosen_among,
        coalesce({{ to_number('register.version') }}, 0) as file_version,
        coalesce(register.repairs, 0) as repairs,
        coalesce(register.period_end, '') as file_period_end,
        coalesce(register.received_at, '') as received_at
    from held
    left join {{ source('register', 'file_register') }} as register
        on held.file_id = register.file_id

),

ranked as (

    select
        described.*,
        row_number() over (
            partition by source_id, table_name, concept, organisation_level, period_start, period_end, chosen_among
            order by
                case when release = 'final' then 0 else 1 end,
                file_period_end desc,
                file_version desc,
                repairs,
                received_at desc,
                file_id
        ) as choice_rank
    from described

),

chosen as (

    select
        source_id,
        table_name,
        concept,
        organisation_level,
        period_start,
        period_end,
        chosen_among,
        release as chosen_release,
        file_period_end as chosen_period_end,
        file_version as chosen_version
    from ranked
    where choice_rank = 1

)

select
    ranked.source_id,
    ranked.table_name,
    ranked.concept,
    ranked.organisation_level,
    ranked.period_start,
    ranked.period_end,
    ranked.release,
    ranked.file_id,
    ranked.choice_rank = 1 as is_used,
    case
        when ranked.choice_rank = 1 then 'used'
        when ranked.release = 'provisional' and chosen.chosen_release = 'final' then 'superseded by the final release'
        when ranked.file_period_end < chosen.chosen_period_end then 'superseded by a file that reaches further'
        when ranked.file_version < chosen.chosen_version then 'superseded by a later version'
        else 'another copy of the same release'
    end as choice_reason
from ranked
inner join chosen
    on
        ranked.source_id = chosen.source_id
        and ranked.table_name = chosen.table_name
        and ranked.concept = chosen.concept
        and ranked.chosen_among = chosen.chosen_among
        and (ranked.organisation_level = chosen.organisation_level
            or (ranked.organisation_level is null and chosen.organisation_level is null))
        and (ranked.period_start = chosen.period_start
            or (ranked.period_start is null and chosen.period_start is null))
        and (ranked.period_end = chosen.period_end
            or (ranked.period_end is null and chosen.period_end is null))
