-- Characteristics of the women who gave birth are strata of the deliveries; every other dimension is a thing of its
-- own. The publisher's warning goes with every figure.
with data_row as (

    select
        data_row.*,
        dimension in ('EthnicCategoryMotherGroup', 'DeprivationDecileAtBooking', 'AgeAtBookingMotherGroup') as is_stratum
    from {{ ref('stg_msds_annual__data') }} as data_row

)

select
    'msds_annual' as source_id,
    'msds_annual__data' as table_name,
    data_row.file_id,
    data_row.row_number,
    data_row.organisation_code,
    data_row.organisation_level,
    'provider' as organisation_role,
    data_row.period_start,
    data_row.period_end,
    'financial_year' as period_window,
    register.release,
    case
        when data_row.is_stratum then 'msds_annual.TotalDeliveries'
        else concat('msds_annual.', data_row.dimension)
    end as concept,
    case
        when data_row.is_stratum then 'Count'
        else coalesce(data_row.category, 'Count')
    end as part,
    case data_row.dimension
        when 'EthnicCategoryMotherGroup' then 'msds.ethnic_category'
        when 'DeprivationDecileAtBooking' then 'msds.imd_decile'
        when 'AgeAtBookingMotherGroup' then 'msds.age_group'
    end as vocabulary,
    case when data_row.is_stratum then data_row.category end as native_group,
    cast(null as varchar) as vocabulary_2,
    cast(null as varchar) as native_group_2,
    'count' as measure,
    data_row.count as value,
    {{ rounded_low('data_row.count') }} as value_low,
    {{ rounded_high('data_row.count') }} as value_high,
    cast(null as varchar) as mark,
    {{ source_caveat('msds_annual') }} as caveat
from data_row
inner join {{ source('register', 'file_register') }} as register
    on data_row.file_id = register.file_id
