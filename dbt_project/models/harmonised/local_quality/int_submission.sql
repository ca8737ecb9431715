-- What was asked for, received, late and missing: one row per system, supplier, data set and month. What is due is
-- judged by the day on which the system's newest local file was received (of all files where it has none), so that
-- the same files give the same answer. A supplier's first file may hold a whole history: its months are not late.
-- Exact numbers of rows, before the protection gate.
with newest_of_all as (

    select max({{ to_date("substring(received_at, 1, 10)", 'iso') }}) as as_of_date
    from {{ source('register', 'file_register') }}

),

newest_of_system as (

    select
        lmns_code,
        max({{ to_date("substring(received_at, 1, 10)", 'iso') }}) as as_of_date
    from {{ ref('int_local_row') }}
    group by lmns_code

),

system as (

    select lmns_code from {{ ref('stg_register__local_expected') }}
    union
    select lmns_code from newest_of_system

),

as_of as (

    select
        system.lmns_code,
        coalesce(newest_of_system.as_of_date, newest_of_all.as_of_date) as as_of_date
    from system
    cross join newest_of_all
    left join newest_of_system
        on system.lmns_code = newest_of_system.lmns_code

),

step as (

    {{ whole_numbers(0, 600) }}

),

asked as (

    select
        expected.lmns_code,
        expected.supplier_code,
        expected.supplier_name,
        expected.dataset,
        expected.last_month,
        expected.due_days,
        expected.cadence_months,
        {{ add_months('expected.first_month', 'step.n * expected.cadence_months') }} as submission_month,
        as_of.as_of_date
    from {{ ref('stg_register__local_expected') }} as expected
    cross join step
    inner join as_of
        on expected.lmns_code = as_of.lmns_code

),

due as (

    select
        lmns_code,
        supplier_code,
        supplier_name,
        dataset,
        submission_month,
        as_of_date,
        {{ add_months('submission_month', '(1 - cadence_months)') }} as first_row_month,
        cast({{ dbt.dateadd('day', 'due_days', month_end('submission_month')) }} as date) as due_date
    from asked
    where
        {{ add_months('submission_month', '(1 - cadence_months)') }} <= as_of_date
        and (last_month is null or submission_month <= last_month)

),

dated_row as (

    select
        lmns_code,
        supplier_code,
        dataset,
        file_id,
        is_used,
        received_at,
        {{ to_date("substring(received_at, 1, 10)", 'iso') }} as received_date,
        row_month is null as is_list,
        -- a list supplied whole belongs to the month in which it came
        coalesce(
            row_month, cast({{ dbt.date_trunc('month', to_date("substring(received_at, 1, 10)", 'iso')) }} as date)
        ) as row_month
    from {{ ref('int_local_row') }}

),

file_month as (

    select
        lmns_code,
        supplier_code,
        dataset,
        file_id,
        is_list,
        row_month,
        min(received_at) as received_at,
        min(received_date) as received_date,
        count(*) as rows_received,
        sum(case when is_used then 1 else 0 end) as rows_used
    from dated_row
    group by lmns_code, supplier_code, dataset, file_id, is_list, row_month

),

-- where a data set is asked for every few months, rows of the months up to the one asked for belong to it, and a list
-- to the last one asked for before it came
placed as (

    select
        file_month.lmns_code,
        file_month.supplier_code,
        file_month.dataset,
        file_month.file_id,
        file_month.received_at,
        file_month.received_date,
        file_month.rows_received,
        file_month.rows_used,
        coalesce(max(due.submission_month), file_month.row_month) as submission_month
    from file_month
    left join due
        on
            file_month.lmns_code = due.lmns_code
            and file_month.supplier_code = due.supplier_code
            and file_month.dataset = due.dataset
            and (
                (not file_month.is_list and file_month.row_month between due.first_row_month and due.submission_month)
                or (file_month.is_list and due.submission_month <= file_month.row_month)
            )
    group by
        file_month.lmns_code, file_month.supplier_code, file_month.dataset, file_month.file_id, file_month.is_list,
        file_month.row_month, file_month.received_at, file_month.received_date, file_month.rows_received, file_month.rows_used

),

file_held as (

    select
        lmns_code,
        supplier_code,
        dataset,
        file_id,
        min(received_at) as received_at,
        count(distinct submission_month) as months
    from placed
    group by lmns_code, supplier_code, dataset, file_id

),

first_of_supplier as (

    select
        lmns_code,
        supplier_code,
        dataset,
        min(received_at) as received_at
    from file_held
    group by lmns_code, supplier_code, dataset

),

-- months whose first file was the supplier's first ever and held other months too
history as (

    select distinct
        placed.lmns_code,
        placed.supplier_code,
        placed.dataset,
        placed.submission_month
    from placed
    inner join file_held
        on
            placed.lmns_code = file_held.lmns_code
            and placed.supplier_code = file_held.supplier_code
            and placed.dataset = file_held.dataset
            and placed.file_id = file_held.file_id
    inner join first_of_supplier
        on
            file_held.lmns_code = first_of_supplier.lmns_code
            and file_held.supplier_code = first_of_supplier.supplier_code
            and file_held.dataset = first_of_supplier.dataset
            and file_held.received_at = first_of_supplier.received_at
    where file_held.months > 1

),

received as (

    select
        lmns_code,
        supplier_code,
        dataset,
        submission_month,
        count(distinct file_id) as files,
        sum(rows_received) as rows_received,
        sum(rows_used) as rows_used,
        min(received_date) as first_received,
        max(received_date) as last_received
    from placed
    group by lmns_code, supplier_code, dataset, submission_month

),

every_month as (

    select
        lmns_code,
        supplier_code,
        dataset,
        submission_month
    from due
    union
    select
        lmns_code,
        supplier_code,
        dataset,
        submission_month
    from received

)

select
    every_month.lmns_code,
    every_month.supplier_code,
    due.supplier_name,
    every_month.dataset,
    every_month.submission_month,
    due.due_date,
    as_of.as_of_date,
    coalesce(received.files, 0) as files,
    cast(coalesce(received.rows_received, 0) as bigint) as rows_received,
    cast(coalesce(received.rows_used, 0) as bigint) as rows_used,
    received.first_received,
    received.last_received,
    case
        when received.first_received > due.due_date and history.submission_month is null
            then {{ dbt.datediff('due.due_date', 'received.first_received', 'day') }}
    end as days_late,
    case
        when due.due_date is null then 'not asked for'
        when received.first_received is null and due.due_date < as_of.as_of_date then 'missing'
        when received.first_received is null then 'not yet due'
        when received.first_received > due.due_date and history.submission_month is not null
            then 'received in a whole history'
        when received.first_received > due.due_date then 'late'
        else 'received'
    end as submission_status
from every_month
inner join as_of
    on every_month.lmns_code = as_of.lmns_code
left join due
    on
        every_month.lmns_code = due.lmns_code
        and every_month.supplier_code = due.supplier_code
        and every_month.dataset = due.dataset
        and every_month.submission_month = due.submission_month
left join received
    on
        every_month.lmns_code = received.lmns_code
        and every_month.supplier_code = received.supplier_code
        and every_month.dataset = received.dataset
        and every_month.submission_month = received.submission_month
left join history
    on
        every_month.lmns_code = history.lmns_code
        and every_month.supplier_code = history.supplier_code
        and every_month.dataset = history.dataset
        and every_month.submission_month = history.submission_month
