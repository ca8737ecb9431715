-- Each row is one month of one local file, and whether another file of the supplier stands for that month.
-- A file covers the month that its name gives, and any month of which it has at least half as many rows as the fullest
-- file of that supplier. Of the files that cover a month the last received is used, and of those received at the same
-- time the one whose name says the higher version.
with counted as (

    select
        dataset,
        lmns_code,
        supplier_code,
        row_month,
        file_id,
        count(*) as held_rows
    from {{ ref('int_local_held') }}
    group by dataset, lmns_code, supplier_code, row_month, file_id

),

compared as (

    select
        counted.*,
        register.received_at,
        coalesce(cast(register.version as integer), 1) as file_version,
        local_file.file_month,
        max(counted.held_rows) over (
            partition by counted.dataset, counted.lmns_code, counted.supplier_code, counted.row_month
        ) as fullest_rows
    from counted
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

)

select
    dataset,
    lmns_code,
    supplier_code,
    row_month,
    file_id,
    received_at,
    file_version,
    is_covered and file_rank > 1 as is_superseded
from ranked
