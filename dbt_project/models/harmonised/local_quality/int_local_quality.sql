-- The quality of local records before the protection gate: counts are exact, so only fct_data_quality reads this.
-- `is_about_people` says which rows are shares of people; the others hold no count of people.
{% set parts = ['int_local_quality__items', 'int_local_quality__tables', 'int_local_quality__ethnic_coding', 'int_local_quality__linkage'] %}
with every_row as (

    {% for part in parts %}
    select
        {{ local_quality_columns() | join(',\n        ') }}
    from {{ ref(part) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    lmns_code,
    'local' as source_id,
    organisation_code,
    organisation_level,
    item,
    measure,
    value,
    numerator,
    numerator_of,
    denominator,
    denominator_of,
    period_start,
    period_end,
    verdict,
    detail,
    numerator is not null and measure <> 'months with records between the first and the last' as is_about_people
from every_row
