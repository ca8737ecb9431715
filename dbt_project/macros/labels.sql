{#- A label as it is compared: lower case, spaces and slashes squeezed (publishers vary both). -#}
{% macro fold_label(expression) -%}
    lower(trim({{ text_replace(expression, '[\\s/_]+', ' ') }}))
{%- endmacro %}

{#- An organisation's name as it is compared: letters and digits in lower case, without a leading 'The'. -#}
{% macro fold_name(expression) -%}
    trim({{ text_replace(text_replace("lower(replace(" ~ expression ~ ", '&', ' and '))", '[^a-z0-9]+', ' '), '^ ?the ', '') }})
{%- endmacro %}
