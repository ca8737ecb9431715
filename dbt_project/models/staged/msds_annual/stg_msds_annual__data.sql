-- Each year's file has its own spelling of levels, dimensions and categories: it ends here.
{% set dimension_names = [
    'AgeAtBookingMotherGroup', 'ApgarScore5TermGroup7', 'BabyFirstFeedBreastMilkStatus', 'BirthweightTermGroup',
    'BirthweightTermGroup2500', 'ComplexSocialFactorsInd', 'DeliveryMethodBabyGroup', 'DeprivationDecileAtBooking',
    'EthnicCategoryMotherGroup', 'FolicAcidSupplement', 'GestAgeFormalAntenatalBookingGroup', 'GestationAtBooking',
    'GestationAtDelivery', 'GestationLengthBirth', 'GestationLengthBirthGroup37', 'OnsetOfLabour',
    'PlaceTypeActualDeliveryMidwifery', 'PreviousCaesareanSectionsGroup', 'PreviousLiveBirthsGroup',
    'SkinToSkinContact1HourTerm', 'SmokingStatusGroupBooking', 'TotalBabies', 'TotalDeliveries',
] %}
{% set older_names = {
    'MethodOfDelivery': 'DeliveryMethodBabyGroup',
    'SmokingAtBooking': 'SmokingStatusGroupBooking',
    'FolicAcidStatusGroupBooking': 'FolicAcidSupplement',
} %}
{% set older_categories = {
    'before pregnancy': 'Has been taking prior to becoming pregnant',
    'start of pregnancy': 'Started taking once pregnancy confirmed',
    'not taking supplement': 'Not taking folic acid supplement',
    'declined to respond': 'Not Stated (Person asked but declined to provide a response)',
} %}

with source as (

    select * from {{ source('msds_annual', 'msds_annual__data') }}

),

named as (

    select
        source.*,
        case replace(upper(trim(dimension)), ' ', '')
            {%- for name in dimension_names %}
            when '{{ name | upper }}' then '{{ name }}'
            {%- endfor %}
            {%- for older, name in older_names.items() %}
            when '{{ older | upper }}' then '{{ name }}'
            {%- endfor %}
            else trim(dimension)
        end as dimension_name,
        {{ fold_label('measure') }} as folded_measure,
        {{ to_number("substring(trim(period), 1, 4)") }} as first_year
    from source

)

select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- period
    trim(period) as period,
    {{ date_of('cast(first_year as integer)', '4', '1') }} as period_start,
    {{ date_of('cast(first_year as integer) + 1', '3', '31') }} as period_end,

    ---------- organisation
    trim(org_level) as published_level,
    case {{ fold_label('org_level') }}
        when 'national' then 'national'
        when 'all submitters' then 'national'
        when 'nhs england (region)' then 'region'
        when 'region' then 'region'
        when 'provider' then 'provider'
    end as organisation_level,
    upper(trim(org_code)) as organisation_code,
    trim({{ text_replace('org_name', ' COMMISSIONING REGION', '') }}) as organisation_name,

    ---------- what is counted
    trim(dimension) as published_dimension,
    dimension_name as dimension,
    case
        when folded_measure = 'missing value value outside reporting parameters'
            then 'Missing Value / Value outside reporting parameters'
        when dimension_name = 'FolicAcidSupplement' then case folded_measure
            {%- for older, name in older_categories.items() %}
            when '{{ older }}' then '{{ name }}'
            {%- endfor %}
            else trim(measure)
        end
        -- a spreadsheet program takes the zero from a decile
        when dimension_name = 'DeprivationDecileAtBooking' and length(trim(measure)) = 1
            then concat('0', trim(measure))
        else nullif(trim(measure), '')
    end as category,
    lower(trim(count_of)) as count_of,

    ---------- value
    {{ to_number('value') }} as count
from named
