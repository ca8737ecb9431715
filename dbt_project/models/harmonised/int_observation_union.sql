-- Adding a source: add its observed model to this list.
{% set observed_models = [
    ref('int_msds_monthly__observed'),
    ref('int_msds_annual__observed'),
    ref('int_satod__observed'),
    ref('int_hes_maternity__observed'),
    ref('int_census__observed'),
    ref('int_fingertips__observed'),
    ref('int_mhsds_perinatal__observed'),
    ref('int_ons_births__observed'),
    ref('int_mbrrace__observed'),
    ref('int_published_table__observed'),
    ref('int_local__observed'),
    ref('int_local_standardised__observed'),
    ref('int_council__observed'),
    ref('int_workforce__observed'),
    ref('int_staff_survey__observed'),
] %}

{% for model in observed_models %}
select
    {{ observed_columns() | join(',\n    ') }}
from {{ model }}
{{ 'union all' if not loop.last }}
{% endfor %}
