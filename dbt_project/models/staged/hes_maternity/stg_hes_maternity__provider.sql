-- '32 Table D: Delivery method Caesarean' is table D, category 'Delivery method Caesarean'.
with source as (

    select * from {{ source('hes_maternity', 'hes_maternity__provider') }}

),

placed as (

    select
        source.*,
        cast({{ text_capture('label_header_1', '([0-9]{4})-[0-9]{2}') }} as integer) as first_year,
        {{ text_capture('column_label', 'Table ([A-Z]) ?:') }} as table_letter
    from source

)

select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,
    cast(column_number as integer) as column_number,

    ---------- period
    {{ date_of('first_year', '4', '1') }} as period_start,
    {{ date_of('first_year + 1', '3', '31') }} as period_end,

    ---------- organisation: the level is in the code only
    case
        when upper(trim(row_label_1)) = 'ALL' then 'national'
        when {{ text_matches('upper(trim(row_label_1))', '^Y[0-9]{2}$') }} then 'region'
        else 'provider'
    end as organisation_level,
    upper(trim(row_label_1)) as organisation_code,
    trim({{ text_replace('row_label_2', ' COMMISSIONING REGION', '') }}) as organisation_name,

    ---------- what is counted
    column_label as published_column,
    coalesce(table_letter, 'All') as topic,
    case
        when table_letter is null then trim(column_label)
        else trim({{ text_replace('column_label', '^([0-9]+ )?Table [A-Z] ?: *', '') }})
    end as category,
    position('%' in column_label) > 0 as is_share,

    ---------- value
    {{ to_number('value') }} as value,
    case when {{ to_number('value') }} is null then trim(value) end as mark
from placed
