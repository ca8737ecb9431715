-- Themes of statements that were supplied without one, suggested and confirmed.
select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- what it says
    nullif(trim(supplier_code), '') as supplier_code,
    nullif(trim(supplier_name), '') as supplier_name,
    nullif(trim(lmns_code), '') as lmns_code,
    nullif(trim(voice_id), '') as voice_id,
    {{ published_date('period_end') }} as period_end,
    nullif(trim(suggested_theme), '') as suggested_theme,
    nullif(trim(suggested_equity_theme), '') as suggested_equity_theme,
    nullif(trim(theme_code), '') as theme_code,
    nullif(trim(equity_theme), '') as equity_theme
from {{ source('local', 'local__voice_theme') }}
