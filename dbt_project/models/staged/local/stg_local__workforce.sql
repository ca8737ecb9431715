-- One count of staff of maternity and neonatal services, by ethnic group, band and measure (Workforce Race Equality Standard, training).
select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- what it says
    nullif(trim(supplier_code), '') as supplier_code,
    nullif(trim(supplier_name), '') as supplier_name,
    nullif(trim(lmns_code), '') as lmns_code,
    nullif(trim(organisation_code), '') as organisation_code,
    {{ published_date('period_start') }} as period_start,
    {{ published_date('period_end') }} as period_end,
    nullif(trim(staff_group), '') as staff_group,
    nullif(trim(band_cluster), '') as band_cluster,
    nullif(trim(ethnic_group), '') as ethnic_group,
    nullif(trim(wres_indicator), '') as wres_indicator,
    nullif(trim(measure), '') as measure,
    nullif(trim(survey_question), '') as survey_question,
    cast({{ to_number('numerator') }} as integer) as numerator,
    case when lower(trim(numerator)) in ('*', '[c]', '[x]', '[z]', '[low]', 'x') then trim(numerator) end as numerator_mark,
    cast({{ to_number('denominator') }} as integer) as denominator,
    case when lower(trim(denominator)) in ('*', '[c]', '[x]', '[z]', '[low]', 'x') then trim(denominator) end as denominator_mark,
    nullif(trim(printed_value), '') as printed_value
from {{ source('local', 'local__workforce') }}
