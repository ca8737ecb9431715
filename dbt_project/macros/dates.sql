{#- Dates as publishers write them, ISO or day first. -#}
{% macro published_date(expression) -%}
    coalesce({{ to_date("trim(" ~ expression ~ ")", 'iso') }}, {{ to_date("trim(" ~ expression ~ ")", 'dmy') }})
{%- endmacro %}

{#- A spreadsheet program set to American dates reads 01/03/2025 as 3 January. The pair gives it away: a
    period begins on the first of a month, and this one does so once day and month change places. -#}
{% macro is_damaged_start(start, end) -%}
    coalesce(
        extract(day from {{ start }}) <> 1
        and {{ swapped(start) }} <= {{ end }}
        and extract(day from {{ swapped(start) }}) = 1
        and {{ dbt.datediff(swapped(start), end, 'month') }} < 12,
        false
    )
{%- endmacro %}

{% macro swapped(date) -%}
    {{ date_of("extract(year from " ~ date ~ ")", "extract(day from " ~ date ~ ")", "extract(month from " ~ date ~ ")") }}
{%- endmacro %}
