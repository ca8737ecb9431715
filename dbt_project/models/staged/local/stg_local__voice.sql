-- One statement, or the count of one theme in a survey or a meeting, of the people who use the services.
select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- what it says
    nullif(trim(supplier_code), '') as supplier_code,
    nullif(trim(supplier_name), '') as supplier_name,
    nullif(trim(lmns_code), '') as lmns_code,
    nullif(trim(voice_id), '') as voice_id,
    nullif(trim(group_name), '') as group_name,
    nullif(trim(method), '') as method,
    {{ published_date('period_start') }} as period_start,
    {{ published_date('period_end') }} as period_end,
    nullif(trim(theme_code), '') as theme_code,
    nullif(trim(equity_theme), '') as equity_theme,
    nullif(trim(stage), '') as stage,
    nullif(trim(sentiment), '') as sentiment,
    nullif(trim(dimension), '') as dimension,
    nullif(trim(group_code), '') as group_code,
    nullif(trim(area_code), '') as area_code,
    cast({{ to_number('speakers') }} as integer) as speakers,
    cast({{ to_number('respondents') }} as integer) as respondents,
    nullif(trim(metric_id), '') as metric_id,
    nullif(trim(statement), '') as statement,
    nullif(trim(consent_to_publish), '') as consent_to_publish,
    nullif(trim(cleared_by_role), '') as cleared_by_role
from {{ source('local', 'local__voice') }}
