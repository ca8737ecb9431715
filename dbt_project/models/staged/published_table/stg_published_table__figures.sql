with source as (

    select * from {{ source('published_table', 'published_table__figures') }}

),

dated as (

    select
        source.*,
        {{ published_date('period_start') }} as first_day,
        {{ published_date('period_end') }} as last_day
    from source

)

select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- what
    lower(trim(metric_id)) as metric_id,

    ---------- where
    replace({{ fold_label('organisation_level') }}, ' ', '_') as organisation_level,
    upper(trim(organisation_code)) as organisation_code,

    ---------- when
    first_day as period_start,
    last_day as period_end,
    {{ dbt.datediff('first_day', 'last_day', 'month') }} + 1 as months,

    ---------- whom
    replace({{ fold_label('dimension') }}, ' ', '_') as dimension,
    trim(group_name) as group_name,

    ---------- figure
    {{ to_number('numerator') }} as numerator,
    {{ to_number('denominator') }} as denominator,
    {{ to_number('value') }} as value,
    {{ to_number('lower_95') }} as lower_95,
    {{ to_number('upper_95') }} as upper_95,
    nullif(trim(mark), '') as mark,
    coalesce(nullif(lower(trim(rounding)), ''), 'none') as rounding,

    ---------- citation
    concat(
        trim(publisher), ', ', trim(publication), ', ', trim(published_table),
        case when trim(page) = '-' then '' else concat(', page ', trim(page)) end,
        ', ', trim(address)
    ) as citation,
    nullif(trim(note), '') as note
from dated
