-- One-way characteristics of the women booked are strata of the bookings; every other dimension of exp-data is a
-- thing of its own, with its categories as parts. Measures take their own window from seeds/indicator_windows.csv.
with data_row as (

    select
        'msds_monthly__data' as table_name,
        data_row.file_id,
        data_row.row_number,
        data_row.organisation_code,
        data_row.organisation_level,
        case data_row.organisation_level
            when 'local_authority' then 'residence'
            when 'sub_icb' then 'responsibility'
            else 'provider'
        end as organisation_role,
        data_row.period_start,
        data_row.period_end,
        'month' as period_window,
        case
            when data_row.dimension in ('EthnicCategoryMotherGroup', 'DeprivationDecileAtBooking', 'AgeAtBookingMotherGroup')
                then 'msds.TotalBookings'
            else concat('msds.', data_row.dimension)
        end as concept,
        case
            when data_row.dimension in ('EthnicCategoryMotherGroup', 'DeprivationDecileAtBooking', 'AgeAtBookingMotherGroup')
                then 'Count'
            else coalesce(nullif(data_row.category, ''), 'Count')
        end as part,
        case data_row.dimension
            when 'EthnicCategoryMotherGroup' then 'msds.ethnic_category'
            when 'DeprivationDecileAtBooking' then 'msds.imd_decile'
            when 'AgeAtBookingMotherGroup' then 'msds.age_group'
        end as vocabulary,
        case
            when data_row.dimension in ('EthnicCategoryMotherGroup', 'DeprivationDecileAtBooking', 'AgeAtBookingMotherGroup')
                then data_row.category
        end as native_group,
        case when data_row.count_of = 'Average over women' then 'value' else 'count' end as measure,
        data_row.final_value as value,
        case
            when data_row.count_of = 'Average over women' then data_row.final_value
            else {{ rounded_low('data_row.final_value') }}
        end as value_low,
        case
            when data_row.count_of = 'Average over women' then data_row.final_value
            else {{ rounded_high('data_row.final_value') }}
        end as value_high,
        cast(null as varchar) as mark
    from {{ ref('stg_msds_monthly__data') }} as data_row

),

measure_row as (

    select
        'msds_monthly__measures' as table_name,
        measures.file_id,
        measures.row_number,
        measures.organisation_code,
        measures.organisation_level,
        'provider' as organisation_role,
        {{ add_months('measures.month_start', '(1 - coalesce(windows.months, 1) - coalesce(windows.ends_months_before, 0))') }} as period_start,
        {{ month_end(add_months('measures.month_start', '(-coalesce(windows.ends_months_before, 0))')) }} as period_end,
        case when coalesce(windows.months, 1) = 3 then 'rolling_3_months' else 'month' end as period_window,
        concat('msds.', measures.indicator) as concept,
        measures.currency as part,
        case measures.stratum_kind
            when 'Ethnicity' then 'msds.coc_ethnicity'
            when 'IMD' then 'msds.coc_imd'
        end as vocabulary,
        measures.stratum_label as native_group,
        case
            when measures.currency in ('Numerator', 'Denominator') then 'count'
            when measures.currency = 'Result' then 'value'
            else 'rate'
        end as measure,
        measures.value,
        case
            when measures.currency in ('Numerator', 'Denominator') then {{ rounded_low('measures.value') }}
            else measures.value
        end as value_low,
        case
            when measures.currency in ('Numerator', 'Denominator') then {{ rounded_high('measures.value') }}
            else measures.value
        end as value_high,
        measures.mark
    from {{ ref('stg_msds_monthly__measures') }} as measures
    left join {{ ref('indicator_windows') }} as windows
        on measures.indicator = windows.indicator

),

dq_part as (

    {% for part, column in [('Valid', 'valid'), ('Default', 'default_value'), ('Invalid', 'invalid'), ('Missing', 'missing'), ('Denominator', 'denominator')] %}
    select
        file_id,
        row_number,
        organisation_code,
        period_start,
        period_end,
        data_item,
        is_submission,
        '{{ part }}' as part,
        {{ column }} as value
    from {{ ref('stg_msds_monthly__dq') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

dq_row as (

    select
        'msds_monthly__dq' as table_name,
        file_id,
        row_number,
        organisation_code,
        'provider' as organisation_level,
        'provider' as organisation_role,
        period_start,
        period_end,
        'month' as period_window,
        concat('msds_dq.', data_item) as concept,
        part,
        cast(null as varchar) as vocabulary,
        cast(null as varchar) as native_group,
        'count' as measure,
        value,
        {{ rounded_low('value') }} as value_low,
        {{ rounded_high('value') }} as value_high,
        cast(null as varchar) as mark
    from dq_part
    where
        not is_submission
        and value is not null

),

every_row as (

    select * from data_row
    union all
    select * from measure_row
    union all
    select * from dq_row

)

select
    'msds_monthly' as source_id,
    every_row.table_name,
    every_row.file_id,
    every_row.row_number,
    every_row.organisation_code,
    every_row.organisation_level,
    every_row.organisation_role,
    every_row.period_start,
    every_row.period_end,
    every_row.period_window,
    register.release,
    every_row.concept,
    every_row.part,
    every_row.vocabulary,
    every_row.native_group,
    cast(null as varchar) as vocabulary_2,
    cast(null as varchar) as native_group_2,
    every_row.measure,
    every_row.value,
    every_row.value_low,
    every_row.value_high,
    every_row.mark,
    cast(null as varchar) as caveat
from every_row
inner join {{ source('register', 'file_register') }} as register
    on every_row.file_id = register.file_id
