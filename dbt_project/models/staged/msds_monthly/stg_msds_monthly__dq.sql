with source as (

    select * from {{ source('msds_monthly', 'msds_monthly__dq') }}

),

dated as (

    select
        source.*,
        {{ published_date('reporting_period_start_date') }} as start_as_published,
        {{ published_last_date('reporting_period_end_date') }} as period_end
    from source

),

repaired as (

    select
        dated.*,
        {{ is_damaged_start('start_as_published', 'period_end') }} as period_repaired
    from dated

)

select
    _file_id as file_id,
    _row_number as row_number,
    case when period_repaired then {{ swapped('start_as_published') }} else start_as_published end as period_start,
    period_end,
    period_repaired,
    upper(trim(org_code)) as organisation_code,
    trim(data_table) as data_table,
    trim(uid) as item_id,
    trim(data_item) as data_item,
    -- rows about a whole table are not rounded by the publisher, and some of their cells are blank
    data_item is null or trim(data_item) = '' or {{ text_matches('data_item', '[Ss]ubmission$') }} as is_submission,
    {{ to_number('valid') }} as valid,
    {{ to_number('"default"') }} as default_value,
    {{ to_number('invalid') }} as invalid,
    {{ to_number('missing') }} as missing,
    {{ to_number('denominator') }} as denominator
from repaired
