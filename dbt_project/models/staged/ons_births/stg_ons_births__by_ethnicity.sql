-- The tables of the older workbook stand each in its own way; a cell's year, place, groups and quantity are found by
-- the headings, not by the position.
with source as (

    select * from {{ source('ons_births', 'ons_births__by_ethnicity') }}

),

labelled as (

    select
        source.*,
        {{ label_headed('^year') }} as year_label,
        {{ label_headed('^code') }} as area_code,
        {{ label_headed('^(name|region)') }} as area_name,
        {{ label_headed('^(imd|index of)') }} as deprivation_label,
        {{ label_headed('^ethnicity') }} as ethnicity_row_label,
        {{ label_headed('^gestation') }} as gestation_label,
        {{ label_headed('^birthweight') }} as weight_label,
        {{ without_footnotes('band') }} as plain_band,
        {{ without_footnotes('column_label') }} as plain_column
    from source

),

dated as (

    select
        labelled.*,
        -- where no label is a year the columns are
        cast({{ to_number('coalesce(year_label, column_label)') }} as integer) as year
    from labelled

)

select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,
    sheet,
    cast(column_number as integer) as column_number,
    cast({{ text_capture('table_title', '^Table ([0-9]+)') }} as integer) as table_number,
    table_subtitle as table_place,

    ---------- period
    year,
    {{ date_of('year', '1', '1') }} as period_start,
    {{ date_of('year', '12', '31') }} as period_end,

    ---------- whose births: one table has its two countries as headings of columns
    upper(trim(area_code)) as area_code,
    coalesce(trim(area_name), case when lower(plain_band) in ('england', 'wales') then plain_band end) as area_name,
    trim(deprivation_label) as deprivation_label,
    case
        when ethnicity_row_label is not null then {{ without_footnotes('ethnicity_row_label') }}
        else plain_column
    end as ethnic_label,
    {{ without_footnotes('gestation_label') }} as gestation_label,
    {{ without_footnotes('weight_label') }} as birth_weight_label,

    ---------- what is counted: a table without headings above its columns counts what its title says
    case
        when plain_band is not null and lower(plain_band) not in ('england', 'wales') then {{ birth_quantity('plain_band') }}
        when lower(table_title) like '%: live births:%' then 'Live births'
    end as quantity,

    ---------- value
    {{ to_number('value') }} as value,
    coalesce(case when {{ to_number('value') }} is null then trim(value) end, trim(flag)) as mark
from dated
