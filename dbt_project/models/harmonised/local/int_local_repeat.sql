-- Each row is a row of a local file that is not used because another one says the same.
-- 1 Of rows of one supplier with the same key the last received is used, whichever system each was supplied for.
-- 2 Of rows about the same event from several suppliers of a system the provider's own is used, else the last.
-- Of files received at the same time the one whose name says the higher version is the last.
with in_force as (

    select
        held.*,
        file_month.received_at,
        file_month.file_version,
        repeated_record.key_hash is not null as has_repeated_record,
        repeated_event.key_hash is not null as has_repeated_event
    from {{ ref('int_local_held') }} as held
    left join {{ ref('int_local_repeated_key') }} as repeated_record
        on
            repeated_record.key_kind = 'record'
            and held.record_hash = repeated_record.key_hash
    left join {{ ref('int_local_repeated_key') }} as repeated_event
        on
            repeated_event.key_kind = 'event'
            and held.event_hash = repeated_event.key_hash
    inner join {{ ref('int_local_file_month') }} as file_month
        on
            held.file_id = file_month.file_id
            and held.dataset = file_month.dataset
            and held.lmns_code = file_month.lmns_code
            and held.supplier_code = file_month.supplier_code
            and coalesce(held.row_month, cast('0001-01-01' as date))
            = coalesce(file_month.row_month, cast('0001-01-01' as date))
    where
        not file_month.is_superseded
        and (repeated_record.key_hash is not null or repeated_event.key_hash is not null)

),

ranked_record as (

    select
        dataset,
        file_id,
        row_number,
        row_number() over (
            partition by dataset, supplier_code, record_key
            order by received_at desc, file_version desc, file_id, row_number
        ) as record_rank
    from in_force
    where has_repeated_record

),

repeated as (

    select
        dataset,
        file_id,
        row_number
    from ranked_record
    where record_rank > 1

),

ranked_event as (

    select
        in_force.dataset,
        in_force.file_id,
        in_force.row_number,
        row_number() over (
            partition by in_force.dataset, in_force.event_key
            order by
                in_force.is_providers_own desc, in_force.received_at desc, in_force.file_version desc,
                in_force.file_id, in_force.row_number
        ) as event_rank
    from in_force
    left join repeated
        on
            in_force.dataset = repeated.dataset
            and in_force.file_id = repeated.file_id
            and in_force.row_number = repeated.row_number
    where
        in_force.has_repeated_event
        and repeated.file_id is null

)

select
    dataset,
    file_id,
    row_number,
    'the same record stands in a later row or file of the supplier' as choice_reason
from repeated
union all
select
    dataset,
    file_id,
    row_number,
    'the same event was supplied twice: the provider''s own or the last row is used' as choice_reason
from ranked_event
where event_rank > 1
