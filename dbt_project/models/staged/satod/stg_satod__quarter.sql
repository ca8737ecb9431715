with source as (

    select * from {{ source('satod', 'satod__quarter') }}

),

dated as (

    select
        source.*,
        cast({{ to_number('trim(source.quarter)') }} as integer) as quarter_number,
        {{ date_of("substring(trim(source.financial_year), 1, 4)", "'04'", "'01'") }} as year_start
    from source

)

select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- period
    trim(financial_year) as financial_year,
    quarter_number as quarter,
    {{ add_months('year_start', '3 * (quarter_number - 1)') }} as period_start,
    {{ month_end(add_months('year_start', '(3 * quarter_number - 1)')) }} as period_end,

    ---------- organisation: no column says the level
    case substring(trim(org_code), 1, 3)
        when 'E92' then 'national'
        when 'E40' then 'region'
        when 'E54' then 'lmns'
        when 'E38' then 'sub_icb'
    end as organisation_level,
    upper(trim(org_code)) as organisation_code,
    trim(org_name) as organisation_name,

    ---------- what is counted
    trim(measure) as measure,
    {{ to_number('value') }} as value
from dated
