-- One figure of a council's indicator, for an area, a group and a period.
select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- what it says
    nullif(trim(supplier_code), '') as supplier_code,
    nullif(trim(supplier_name), '') as supplier_name,
    nullif(trim(lmns_code), '') as lmns_code,
    nullif(trim(indicator), '') as indicator,
    nullif(trim(indicator_name), '') as indicator_name,
    nullif(trim(area_code), '') as area_code,
    nullif(trim(area_name), '') as area_name,
    {{ published_date('period_start') }} as period_start,
    {{ published_date('period_end') }} as period_end,
    nullif(trim(dimension), '') as dimension,
    nullif(trim(group_code), '') as group_code,
    cast({{ to_number('numerator') }} as integer) as numerator,
    case when lower(trim(numerator)) in ('*', '[c]', '[x]', '[z]', '[low]', 'x') then trim(numerator) end as numerator_mark,
    cast({{ to_number('denominator') }} as integer) as denominator,
    case when lower(trim(denominator)) in ('*', '[c]', '[x]', '[z]', '[low]', 'x') then trim(denominator) end as denominator_mark,
    {{ to_number('value') }} as value,
    case when lower(trim(value)) in ('*', '[c]', '[x]', '[z]', '[low]', 'x') then trim(value) end as value_mark,
    {{ to_number('lower_95') }} as lower_95,
    case when lower(trim(lower_95)) in ('*', '[c]', '[x]', '[z]', '[low]', 'x') then trim(lower_95) end as lower_95_mark,
    {{ to_number('upper_95') }} as upper_95,
    case when lower(trim(upper_95)) in ('*', '[c]', '[x]', '[z]', '[low]', 'x') then trim(upper_95) end as upper_95_mark,
    nullif(trim(unit), '') as unit,
    nullif(trim(note), '') as note
from {{ source('local', 'local__council_indicator') }}
