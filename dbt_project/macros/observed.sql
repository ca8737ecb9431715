{#- The columns every int_<source>__observed model hands over: the contract between a source and
    everything behind it. -#}
{% macro observed_columns() -%}
    {{ return([
        'source_id', 'table_name', 'file_id', 'row_number',
        'organisation_code', 'organisation_level', 'organisation_role',
        'period_start', 'period_end', 'period_window', 'release',
        'concept', 'part', 'vocabulary', 'native_group', 'vocabulary_2', 'native_group_2',
        'measure', 'value', 'value_low', 'value_high', 'mark', 'caveat',
    ]) }}
{%- endmacro %}
