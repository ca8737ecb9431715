with source as (

    select * from {{ source('msds_monthly', 'msds_monthly__measures') }}

),

dated as (

    select
        source.*,
        {{ published_date('rp_start_date') }} as start_as_published,
        {{ published_last_date('rp_end_date') }} as month_end
    from source

),

repaired as (

    select
        dated.*,
        {{ is_damaged_start('start_as_published', 'month_end') }} as period_repaired
    from dated

)

select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- the month that the file is for; int_msds_monthly__observed gives each indicator its window
    case when period_repaired then {{ swapped('start_as_published') }} else start_as_published end as month_start,
    month_end,
    period_repaired,

    ---------- organisation
    trim(org_level) as published_level,
    case {{ fold_label('org_level') }}
        when 'national' then 'national'
        when 'nhs england (region)' then 'region'
        when 'region' then 'region'
        when 'local maternity system' then 'lmns'
        when 'provider' then 'provider'
        when 'trust' then 'provider'
        when 'mbrrace grouping' then 'mbrrace_group'
        when 'mbrrace' then 'mbrrace_group'
    end as organisation_level,
    upper(trim(org_code)) as organisation_code,
    trim(org_name) as organisation_name,

    ---------- what is counted
    trim(indicator_family) as indicator_family,
    trim(indicator) as published_indicator,
    {{ dbt.split_part("replace(replace(trim(indicator), '_Ethnicity_', '|Ethnicity|'), '_IMD_', '|IMD|')", "'|'", 1) }} as indicator,
    nullif({{ dbt.split_part("replace(replace(trim(indicator), '_Ethnicity_', '|Ethnicity|'), '_IMD_', '|IMD|')", "'|'", 2) }}, '') as stratum_kind,
    nullif({{ dbt.split_part("replace(replace(trim(indicator), '_Ethnicity_', '|Ethnicity|'), '_IMD_', '|IMD|')", "'|'", 3) }}, '') as stratum_label,
    trim(currency) as currency,

    ---------- value
    {{ to_number('value') }} as value,
    case when {{ to_number('value') }} is null then trim(value) end as mark
from repaired
