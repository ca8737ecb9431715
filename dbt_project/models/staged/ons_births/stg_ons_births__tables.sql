-- The accessible workbooks name every column; only the year is at times in the title alone.
with source as (

    select * from {{ source('ons_births', 'ons_births__tables') }}

),

labelled as (

    select
        source.*,
        {{ label_headed('^year$') }} as year_label,
        {{ text_capture('table_title', ', ([0-9]{4}) *([[]|$)') }} as title_year,
        {{ label_headed('code[)]?$') }} as area_code,
        {{ label_headed('(^country|name[)]?)$') }} as area_name,
        {{ label_headed('^imd') }} as deprivation_label,
        {{ label_headed('^ethnic') }} as ethnic_label,
        {{ label_headed('^gestation') }} as gestation_label,
        {{ label_headed('^age of mother') }} as age_label
    from source

),

dated as (

    select
        labelled.*,
        cast({{ to_number('coalesce(year_label, title_year)') }} as integer) as year
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

    ---------- whose births
    upper(trim(area_code)) as area_code,
    trim(area_name) as area_name,
    trim(deprivation_label) as deprivation_label,
    trim(ethnic_label) as ethnic_label,
    trim(gestation_label) as gestation_label,
    trim(age_label) as age_label,

    ---------- what is counted
    {{ birth_quantity('column_label') }} as quantity,

    ---------- value
    {{ to_number('value') }} as value,
    coalesce(case when {{ to_number('value') }} is null then trim(value) end, trim(flag)) as mark
from dated
