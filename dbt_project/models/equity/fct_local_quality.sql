-- How far local records can be trusted, in the columns of fct_data_quality, which these rows join.
{% set parts = [
    'int_local_quality__items', 'int_local_quality__ethnic_coding', 'int_local_quality__linkage', 'int_local_quality__consistency'
] %}
with every_row as (

    {% for part in parts %}
    select
        {{ local_quality_columns() | join(',\n        ') }}
    from {{ ref(part) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    {{ figure_id('dq', [
        "'local'", 'lmns_code', 'organisation_level', 'organisation_code', 'item', 'measure', 'period_start', 'period_end'
    ]) }} as figure_id,
    lmns_code,
    'local' as source_id,
    organisation_code,
    organisation_level,
    item,
    measure,
    value,
    numerator,
    denominator,
    period_start,
    period_end,
    verdict,
    detail
from every_row
