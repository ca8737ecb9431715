with source as (

    select * from {{ source('fingertips', 'fingertips__data') }}

),

cleaned as (

    select
        source.*,
        trim({{ text_replace('indicator_name', '\s+', ' ') }}) as name_on_one_line,
        -- the API puts an n before the codes of NHS areas
        case
            when {{ text_matches('trim(area_code)', '^n[A-Z][0-9]{8}$') }} then substring(trim(area_code), 2)
            else upper(trim(area_code))
        end as code,
        trim({{ text_replace('time_period', '\s+', ' ') }}) as period_text,
        nullif(trim(time_period_sortable), '') as sortable
    from source

),

shaped as (

    select
        cleaned.*,
        case
            when {{ text_matches('period_text', '^[0-9]{4}$') }} then 'calendar_year'
            when {{ text_matches('period_text', '^[0-9]{4}/[0-9]{2}$') }} then 'financial_year'
            when {{ text_matches('period_text', '^[0-9]{4} ?- ?([0-9]{2})?[0-9]{2}$') }} then 'calendar_years'
            when {{ text_matches('period_text', '^[0-9]{4}/[0-9]{2} ?- ?([0-9]{2})?[0-9]{2}/[0-9]{2}$') }} then 'financial_years'
            when {{ text_matches('period_text', '^[0-9]{4} Q[1-4]$') }} then 'calendar_quarter'
            when {{ text_matches('period_text', '^[0-9]{4}/[0-9]{2} Q[1-4]$') }} then 'financial_quarter'
        end as period_shape,
        cast({{ to_number('substring(period_text, 1, 4)') }} as integer) as first_year,
        cast({{ to_number(text_capture('period_text', '- ?[0-9]{0,2}([0-9]{2})(/[0-9]{2})?$')) }} as integer) as last_two_digits,
        cast({{ to_number(text_capture('period_text', 'Q([1-4])$')) }} as integer) as quarter_number,
        cast({{ to_number(text_capture('period_text', '^[0-9]{4}/([0-9]{2})')) }} as integer) as second_year
    from cleaned

),

checked as (

    select
        shaped.*,
        -- the sortable number and the words must name the same year, and a financial year ends in the next
        coalesce(substring(sortable, 1, 4) = substring(period_text, 1, 4), true)
        and coalesce(second_year = (first_year + 1) % 100, true) as is_sound,
        case
            when last_two_digits is null then first_year
            else first_year + ((last_two_digits - first_year % 100) + 100) % 100
        end as last_year
    from shaped

),

dated as (

    select
        checked.*,
        case
            when not is_sound then null
            when period_shape in ('calendar_year', 'calendar_years') then {{ date_of('first_year', '1', '1') }}
            when period_shape in ('financial_year', 'financial_years') then {{ date_of('first_year', '4', '1') }}
            when period_shape = 'calendar_quarter' then {{ date_of('first_year', '(3 * quarter_number - 2)', '1') }}
            when period_shape = 'financial_quarter'
                then {{ add_months(date_of('first_year', '4', '1'), '(3 * quarter_number - 3)') }}
        end as period_start
    from checked

)

select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- what is measured
    trim(indicator_id) as indicator_id,
    name_on_one_line as indicator_name,

    ---------- where
    code as area_code,
    trim({{ text_replace('area_name', ' - [A-Z0-9]{3,5}$', '') }}) as area_name,
    trim(area_type) as area_type,
    case
        when code = 'E92000001' then 'national'
        when {{ text_matches('code', '^E40[0-9]{6}$') }} then 'region'
        when {{ text_matches('code', '^E54[0-9]{6}$') }} then 'lmns'
        when {{ text_matches('code', '^E38[0-9]{6}$') }} then 'sub_icb'
        when {{ text_matches('code', '^E(0[6-9]|10)[0-9]{6}$') }} then 'local_authority'
        when {{ text_matches('code', '^E12[0-9]{6}$') }} then 'statistical_region'
        when {{ text_matches('code', '^E(11|47)[0-9]{6}$') }} then 'combined_authority'
        when {{ text_matches('code', '^R[A-Z0-9]{2}$') }} then 'trust'
        when {{ text_matches('code', '^[A-HJ-NPVWY][0-9]{5}$') }} then 'gp_practice'
        when {{ text_matches('code', '^U[0-9]{5}$') }} then 'primary_care_network'
        else 'other_area'
    end as organisation_level,

    ---------- whom
    trim(sex) as sex,
    trim(age) as age,
    nullif(trim({{ text_replace('category_type', '\s+', ' ') }}), '') as category_type,
    -- the edition is in the type: 'Most deprived decile (IMD2019)' is the most deprived decile
    nullif(trim({{ text_replace('category', ' ?\(IMD ?[0-9]{4}\)$', '') }}), '') as category,

    ---------- when
    period_text as time_period,
    period_start,
    case
        when not is_sound then null
        when period_shape in ('calendar_year', 'calendar_years') then {{ date_of('last_year', '12', '31') }}
        when period_shape in ('financial_year', 'financial_years') then {{ date_of('(last_year + 1)', '3', '31') }}
        when period_shape in ('calendar_quarter', 'financial_quarter') then {{ month_end(add_months('period_start', '2')) }}
    end as period_end,
    case
        when period_shape in ('calendar_years', 'financial_years') then 'pooled_years'
        when period_shape in ('calendar_quarter', 'financial_quarter') then 'quarter'
        else period_shape
    end as period_window,

    ---------- value
    {{ to_number('value') }} as value,
    {{ to_number('lower_95') }} as lower_95,
    {{ to_number('upper_95') }} as upper_95,
    {{ to_number('lower_998') }} as lower_998,
    {{ to_number('upper_998') }} as upper_998,
    {{ to_number('"count"') }} as numerator,
    {{ to_number('denominator') }} as denominator,
    case
        when {{ to_number('value') }} is not null then null
        when {{ text_matches('lower(value_note)', 'suppress|disclosure|too small') }} then '[c]'
        else '[x]'
    end as mark,
    nullif(trim({{ text_replace('value_note', '\s+', ' ') }}), '') as value_note
from dated
