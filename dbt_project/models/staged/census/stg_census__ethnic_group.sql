select
    _file_id as file_id,
    _row_number as row_number,
    upper(trim(area_code)) as area_code,
    trim(area_name) as area_name,
    {{ to_number('total') }} as total,
    {% for column, label in census_groups('census2021.ethnic_group') + census_groups('census2021.ethnic_group_detailed') %}
    {{ to_number(column) }} as {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
from {{ source('census', 'census__ethnic_group') }}
