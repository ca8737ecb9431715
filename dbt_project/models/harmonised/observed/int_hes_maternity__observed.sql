-- England by group comes from the national workbook, which is not rounded; everybody's figure by organisation comes
-- from the flat file. Shares that repeat counts are left out.
{% set prefixes = [
    'Gestation Period', 'Gestation Length', '[Dd]elivery onset', 'Delivery method', 'Person conducting delivery',
    'Place of delivery', 'Selected statistics', 'Unassisted deliveries',
] %}
{% set methods = {
    'total caesarean': 'Caesarean',
    'caesarean elective': 'Elective caesarean',
    'caesarean emergency / other': 'Emergency caesarean',
    'total instrumental': 'Instrumental',
    'total spontaneous': 'Spontaneous',
} %}

with national_row as (

    select
        'hes_maternity__national' as table_name,
        file_id,
        row_number,
        'ALL' as organisation_code,
        'national' as organisation_level,
        period_start,
        period_end,
        case
            when topic = 'method of delivery' and lower(category) = 'total deliveries' then 'hes.deliveries_by_group'
            when topic = 'method of delivery' then 'hes.method'
            when topic = 'birth weight for live born singletons' then 'hes.birth_weight_single'
            when topic = 'delivery complications' then 'hes.complication'
        end as concept,
        case
            when topic = 'method of delivery' then case lower(category)
                when 'total deliveries' then 'Count'
                {%- for published, part in methods.items() %}
                when '{{ published }}' then '{{ part }}'
                {%- endfor %}
            end
            else category
        end as part,
        case
            when lower(group_label) = 'total' then null
            when grouping = 'ethnicity' then 'hes.ethnic_group'
            -- the publication of 2024-25 says which index its deciles are from; a later one may use another
            when period_end <= cast('2025-03-31' as date) then 'hes.imd_2019_decile'
            else 'hes.imd_decile'
        end as vocabulary,
        case when lower(group_label) <> 'total' then group_label end as native_group,
        value,
        value as value_low,
        value as value_high,
        mark
    from {{ ref('stg_hes_maternity__national') }}
    where
        not is_share
        and lower(group_label) not like 'total excl%'
        -- everybody: in both tables of a pair, so once; by method it is the flat file's
        and not (lower(group_label) = 'total' and grouping = 'deprivation')
        and not (lower(group_label) = 'total' and topic = 'method of delivery' and lower(category) <> 'total deliveries')

),

provider_row as (

    select
        'hes_maternity__provider' as table_name,
        file_id,
        row_number,
        organisation_code,
        organisation_level,
        period_start,
        period_end,
        case topic
            when 'All' then 'hes.deliveries'
            when 'A' then 'hes.first_assessment'
            when 'B' then 'hes.gestation'
            when 'C' then 'hes.onset'
            when 'D' then 'hes.method'
            when 'E' then 'hes.person_conducting'
            when 'F' then 'hes.place'
            when 'G' then 'hes.selected'
            when 'H' then 'hes.unassisted'
        end as concept,
        case
            when topic = 'All' then 'Count'
            else trim({{ text_replace('category', '^(' ~ prefixes | join('|') ~ ') ', '') }})
        end as part,
        cast(null as varchar) as vocabulary,
        cast(null as varchar) as native_group,
        value,
        case when organisation_level = 'national' then value else {{ rounded_low('value', 'nearest_5') }} end as value_low,
        case when organisation_level = 'national' then value else {{ rounded_high('value', 'nearest_5') }} end as value_high,
        mark
    from {{ ref('stg_hes_maternity__provider') }}
    where not is_share

),

every_row as (

    select * from national_row
    union all
    select * from provider_row

)

select
    'hes_maternity' as source_id,
    every_row.table_name,
    every_row.file_id,
    every_row.row_number,
    every_row.organisation_code,
    every_row.organisation_level,
    'provider' as organisation_role,
    every_row.period_start,
    every_row.period_end,
    'financial_year' as period_window,
    register.release,
    every_row.concept,
    every_row.part,
    every_row.vocabulary,
    every_row.native_group,
    cast(null as varchar) as vocabulary_2,
    cast(null as varchar) as native_group_2,
    'count' as measure,
    every_row.value,
    every_row.value_low,
    every_row.value_high,
    every_row.mark,
    warnings.warning as caveat
from every_row
inner join {{ source('register', 'file_register') }} as register
    on every_row.file_id = register.file_id
left join {{ ref('publisher_warnings') }} as warnings
    on
        warnings.source_id = 'hes_maternity'
        and every_row.organisation_code = warnings.organisation_code
        and every_row.period_start = warnings.period_start
where
    every_row.concept is not null
    and every_row.part is not null
