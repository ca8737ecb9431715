{#- A label as it is compared: lower case, spaces and slashes squeezed (publishers vary both). -#}
{% macro fold_label(expression) -%}
    lower(trim({{ text_replace(expression, '[\s/_]+', ' ') }}))
{%- endmacro %}
