{#- Reading the tables of the Office for National Statistics, whose label columns move from table to table. -#}

{#- The row label whose heading fits a pattern (of lower-case text). -#}
{% macro label_headed(pattern) -%}
    coalesce(
        {%- for number in [1, 2, 3, 4] %}
        case when {{ text_matches('lower(label_header_' ~ number ~ ')', pattern) }} then row_label_{{ number }} end{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{#- A text without the footnote digits glued to its end: 'Infant Mortality Rate2,3' is 'Infant Mortality Rate', and
    '1,500 to 1,999' stays. -#}
{% macro without_footnotes(expression) -%}
    case
        when {{ text_matches(expression, '[A-Za-z)][0-9](,[0-9])*$') }}
            then trim({{ text_replace(expression, '[0-9](,[0-9])*$', '') }})
        else trim({{ expression }})
    end
{%- endmacro %}

{#- What a heading counts, whatever the table calls it. -#}
{% macro birth_quantity(expression) -%}
    case
        when lower({{ expression }}) like 'stillbirth rate%' then 'Stillbirth rate'
        when lower({{ expression }}) like 'neonatal mortality rate%' then 'Neonatal mortality rate'
        when lower({{ expression }}) like 'infant mortality rate%' then 'Infant mortality rate'
        when lower({{ expression }}) like 'perinatal mortality rate%' then 'Perinatal mortality rate'
        when lower({{ expression }}) like 'postneonatal mortality rate%' then 'Postneonatal mortality rate'
        when lower({{ expression }}) in ('live births', 'number of live births') then 'Live births'
        when lower({{ expression }}) in ('stillbirths', 'number of stillbirths') then 'Stillbirths'
        when lower({{ expression }}) = 'neonatal deaths' then 'Neonatal deaths'
        when lower({{ expression }}) = 'infant deaths' then 'Infant deaths'
        when lower({{ expression }}) = 'perinatal deaths' then 'Perinatal deaths'
        when lower({{ expression }}) = 'postneonatal deaths' then 'Postneonatal deaths'
    end
{%- endmacro %}
