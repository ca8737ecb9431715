with source as (

    select * from {{ source('staff_survey', 'staff_survey__national') }}

)

select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,
    sheet,
    cast(column_number as integer) as column_number,

    ---------- what was asked
    {{ text_capture('band', '^(Q[0-9]+[a-z]?(?:_[0-9]+)?) ') }} as question,
    {{ text_capture('band', '^Q[0-9a-z_]+ - (.*)$') }} as question_text,

    ---------- who answered
    nullif(trim(row_label_2), '') as breakdown,
    nullif(trim(row_label_3), '') as group_label,
    trim(row_label_4) as weighting,

    ---------- what they said
    trim(column_label) as answer,
    {{ to_number('value') }} as value,
    case when {{ to_number('value') }} is null then trim(value) end as mark
from source
