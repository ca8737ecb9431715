with source as (

    select * from {{ source('mbrrace', 'mbrrace__trust') }}

),

numbered as (

    select
        source.*,
        cast({{ to_number('report_year') }} as integer) as birth_year,
        -- -1 stands for a suppressed number, and category 0 for its comparison
        coalesce(
            {{ to_number('stillbirth_total') }} < 0
            or {{ to_number('stillbirth_crude_rate') }} < 0
            or {{ to_number('stillbirth_crude_category_id') }} = 0
            or {{ to_number('neonatal_total') }} < 0
            or {{ to_number('neonatal_crude_rate') }} < 0
            or {{ to_number('neonatal_crude_category_id') }} = 0
            or {{ to_number('perinatal_total') }} < 0
            or {{ to_number('perinatal_crude_rate') }} < 0
            or {{ to_number('perinatal_crude_category_id') }} = 0,
            false
        ) as is_suppressed
    from source

)

select
    ---------- where it stood
    _file_id as file_id,
    _row_number as row_number,

    ---------- when
    {{ date_of('birth_year', '1', '1') }} as period_start,
    {{ date_of('birth_year', '12', '31') }} as period_end,

    ---------- where
    trim(organisation_id) as organisation_id,
    trim(organisation_name) as organisation_name,
    {{ fold_name('organisation_name') }} as folded_name,
    trim(country_name) as country_name,
    cast({{ to_number('comparator_group_id') }} as integer) as comparator_group_id,
    trim(comparator_group_name) as comparator_group_name,

    ---------- numbers; none of a suppressed row
    is_suppressed,
    case when not is_suppressed then {{ to_number('total_births') }} end as total_births,
    case when not is_suppressed then {{ to_number('total_live_births') }} end as total_live_births,
    {% for outcome in ['stillbirth', 'neonatal', 'perinatal'] %}
    case when not is_suppressed then {{ to_number(outcome ~ '_total') }} end as {{ outcome }}_total,
    case when not is_suppressed then {{ to_number(outcome ~ '_crude_rate') }} end as {{ outcome }}_crude_rate,
    cast({{ to_number(outcome ~ '_crude_category_id') }} as integer) as {{ outcome }}_crude_category_id,
    nullif(trim({{ outcome }}_crude_category_name), '') as {{ outcome }}_crude_category_name,
    case when not is_suppressed then {{ to_number(outcome ~ '_stabilised_rate') }} end as {{ outcome }}_stabilised_rate,
    case when not is_suppressed then {{ to_number(text_capture(outcome ~ '_stabilised_ci', '^ *([0-9.]+) +to ')) }} end
        as {{ outcome }}_stabilised_lower,
    case when not is_suppressed then {{ to_number(text_capture(outcome ~ '_stabilised_ci', ' to +([0-9.]+) *$')) }} end
        as {{ outcome }}_stabilised_upper,
    cast({{ to_number(outcome ~ '_stabilised_category_id') }} as integer) as {{ outcome }}_stabilised_category_id,
    nullif(trim({{ outcome }}_stabilised_category_name), '') as {{ outcome }}_stabilised_category_name,
    {{ to_number(outcome ~ '_group_average') }} as {{ outcome }}_group_average{{ ',' if not loop.last }}
    {% endfor %}
from numbered
