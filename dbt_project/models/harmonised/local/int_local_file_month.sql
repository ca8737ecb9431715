-- Each row is one month of one local file, and whether another file of the supplier stands for that month.
-- A file covers the month that its name gives, and any month of which it has at least half as many rows as the fullest
-- file of that supplier. Of the files that cover a month the last received is used, and of those received at the same
-- time the one whose name says the higher version. A later file that places at least half of a file's records of the
-- month in another system corrects it, and stands for the month there too.
with compared as (

    select
        counted.*,
        register.received_at,
        coalesce(cast(register.version as integer), 1) as file_version,
        local_file.file_month,
        max(counted.held_rows) over (
            partition by counted.dataset, counted.lmns_code, counted.supplier_code, counted.row_month
        ) as fullest_rows
    from {{ ref('int_local_month_rows') }} as counted
    inner join {{ source('register', 'file_register') }} as register
        on counted.file_id = register.file_id
    left join {{ ref('stg_register__local_file') }} as local_file
        on
            counted.file_id = local_file.file_id
            and counted.dataset = local_file.dataset

),

covering as (

    select
        compared.*,
        coalesce(row_month = file_month, false) or held_rows >= 0.5 * fullest_rows as is_covered
    from compared

),

ranked as (

    select
        covering.*,
        row_number() over (
            partition by dataset, lmns_code, supplier_code, row_month, is_covered
            order by received_at desc, file_version desc, file_id
        ) as file_rank
    from covering

),

-- few suppliers tell of a month for several systems: only their records are compared
several as (

    select
        dataset,
        supplier_code,
        row_month
    from {{ ref('int_local_month_rows') }}
    group by dataset, supplier_code, row_month
    having
        count(distinct lmns_code) > 1
        and count(distinct file_id) > 1

),

compared_record as (

    select
        held.dataset,
        held.supplier_code,
        held.row_month,
        held.lmns_code,
        held.file_id,
        held.record_key,
        covering.received_at,
        covering.file_version
    from several
    inner join {{ ref('int_local_held') }} as held
        on
            several.dataset = held.dataset
            and several.supplier_code = held.supplier_code
            and coalesce(several.row_month, cast('0001-01-01' as date))
            = coalesce(held.row_month, cast('0001-01-01' as date))
    inner join covering
        on
            held.dataset = covering.dataset
            and held.supplier_code = covering.supplier_code
            and held.lmns_code = covering.lmns_code
            and held.file_id = covering.file_id
            and coalesce(held.row_month, cast('0001-01-01' as date))
            = coalesce(covering.row_month, cast('0001-01-01' as date))

),

moved_record as (

    select
        earlier.dataset,
        earlier.supplier_code,
        earlier.row_month,
        earlier.lmns_code,
        earlier.file_id,
        later.file_id as later_file_id,
        count(distinct earlier.record_key) as moved_records
    from compared_record as earlier
    inner join compared_record as later
        on
            earlier.dataset = later.dataset
            and earlier.supplier_code = later.supplier_code
            and earlier.record_key = later.record_key
            and earlier.lmns_code <> later.lmns_code
            and earlier.file_id <> later.file_id
            and (
                later.received_at > earlier.received_at
                or (later.received_at = earlier.received_at and later.file_version > earlier.file_version)
            )
    group by
        earlier.dataset, earlier.supplier_code, earlier.row_month, earlier.lmns_code, earlier.file_id, later.file_id

),

moved as (

    select
        dataset,
        supplier_code,
        row_month,
        lmns_code,
        file_id,
        max(moved_records) as moved_records
    from moved_record
    group by dataset, supplier_code, row_month, lmns_code, file_id

)

select
    ranked.dataset,
    ranked.lmns_code,
    ranked.supplier_code,
    ranked.row_month,
    ranked.file_id,
    ranked.received_at,
    ranked.file_version,
    (ranked.is_covered and ranked.file_rank > 1)
    or coalesce(moved.moved_records >= 0.5 * ranked.held_rows, false) as is_superseded
from ranked
left join moved
    on
        ranked.dataset = moved.dataset
        and ranked.supplier_code = moved.supplier_code
        and ranked.lmns_code = moved.lmns_code
        and ranked.file_id = moved.file_id
        and coalesce(ranked.row_month, cast('0001-01-01' as date))
        = coalesce(moved.row_month, cast('0001-01-01' as date))
