with source as (

    select * from {{ source('msds_monthly', 'msds_monthly__data') }}

),

dated as (

    select
        source.*,
        {{ published_date('reporting_period_start_date') }} as start_as_published,
        {{ published_last_date('reporting_period_end_date') }} as period_end
    from source

),

repaired as (

    select
        dated.*,
        {{ is_damaged_start('start_as_published', 'period_end') }} as period_repaired
    from dated

)

select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- period
    case when period_repaired then {{ swapped('start_as_published') }} else start_as_published end as period_start,
    period_end,
    period_repaired,

    ---------- organisation
    trim(org_level) as published_level,
    case {{ fold_label('org_level') }}
        when 'national' then 'national'
        when 'nhs england (region)' then 'region'
        when 'region' then 'region'
        when 'local maternity system' then 'lmns'
        when 'stp' then 'lmns'
        when 'subicb of responsibility' then 'sub_icb'
        when 'ccg of responsibility' then 'sub_icb'
        when 'local authority of residence' then 'local_authority'
        when 'provider' then 'provider'
        when 'trust' then 'provider'
        when 'booking site' then 'booking_site'
        when 'delivery site' then 'delivery_site'
        when 'mbrrace grouping' then 'mbrrace_group'
        when 'mbrrace' then 'mbrrace_group'
    end as organisation_level,
    upper(trim(org_code)) as organisation_code,
    trim(org_name) as organisation_name,

    ---------- what is counted
    trim(dimension) as dimension,
    -- a spreadsheet program takes the zero from a decile and makes a date of '7-10': 7 October, or 10 July
    case
        when dimension = 'DeprivationDecileAtBooking' and length(trim(measure)) = 1 then concat('0', trim(measure))
        when
            dimension = 'ApgarScore5TermGroup7'
            and {{ text_matches('trim(measure)', '^(7-10|0?7-Oct|Oct-0?7|10-Jul|Jul-10|[0-9]{4}-(10-07|07-10))$') }}
            then '7 to 10'
        when dimension = 'ApgarScore5TermGroup7' and trim(measure) = '0-6' then '0 to 6'
        else trim(measure)
    end as category,
    trim(count_of) as count_of,

    ---------- value
    {{ to_number('final_value') }} as final_value
from repaired
