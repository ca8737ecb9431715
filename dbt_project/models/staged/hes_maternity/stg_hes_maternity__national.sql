-- Most tables have the groups in rows; those of complications have them in columns. Here both read alike.
with source as (

    select * from {{ source('hes_maternity', 'hes_maternity__national') }}

),

placed as (

    select
        source.*,
        {{ text_capture('table_title', 'Table ([0-9]+[.]?[a-z])') }} as table_code,
        cast({{ text_capture('table_subtitle', '([0-9]{4})-[0-9]{2}') }} as integer) as first_year,
        lower(label_header_1) like 'complication%' as groups_in_columns,
        case
            when lower(table_title) like '%ethnic group%' then 'ethnicity'
            when lower(table_title) like '%level of deprivation%' then 'deprivation'
        end as grouping
    from source

)

select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,
    sheet,
    cast(column_number as integer) as column_number,
    table_code,

    ---------- period
    {{ date_of('first_year', '4', '1') }} as period_start,
    {{ date_of('first_year + 1', '3', '31') }} as period_end,

    ---------- what is counted, of whom
    case
        when groups_in_columns then 'delivery complications'
        else lower({{ text_capture('table_title', ' by (.*)$') }})
    end as topic,
    grouping,
    case when groups_in_columns then column_label else row_label_1 end as group_label,
    case when groups_in_columns then row_label_1 else column_label end as category,
    row_label_2 as category_name,
    cast(table_part as integer) > 1 or lower(column_label) = 'percentage' as is_share,

    ---------- value
    {{ to_number('value') }} as value,
    case when {{ to_number('value') }} is null then trim(value) end as mark
from placed
