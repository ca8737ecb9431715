-- Which rows of local files are used, and why the others are not. Every row of every file stands here once.
-- A row in a file that does not cover its month is a late entry and is used beside the file that does.
select
    held.dataset,
    concat('local__', held.dataset) as table_name,
    held.file_id,
    held.row_number,
    held.lmns_code,
    held.supplier_code,
    held.row_month,
    file_month.received_at,
    not file_month.is_superseded and repeated.choice_reason is null as is_used,
    case
        when file_month.is_superseded then 'superseded by a later file of the same supplier and month'
        else coalesce(repeated.choice_reason, 'used')
    end as choice_reason
from {{ ref('int_local_held') }} as held
inner join {{ ref('int_local_file_month') }} as file_month
    on
        held.file_id = file_month.file_id
        and held.dataset = file_month.dataset
        and held.lmns_code = file_month.lmns_code
        and held.supplier_code = file_month.supplier_code
        and coalesce(held.row_month, cast('0001-01-01' as date))
        = coalesce(file_month.row_month, cast('0001-01-01' as date))
left join {{ ref('int_local_repeat') }} as repeated
    on
        held.dataset = repeated.dataset
        and held.file_id = repeated.file_id
        and held.row_number = repeated.row_number
