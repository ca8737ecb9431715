{#- Dates as publishers write them: ISO with or without midnight, day first, a spreadsheet program's day number,
    or a month, which stands for its first day. The twin of `parsed_date` in ingest/contract.py. -#}
{% macro published_date(expression) -%}
    coalesce({{ published_day(expression) }}, {{ to_date("trim(" ~ expression ~ ")", 'month') }})
{%- endmacro %}

{#- The same for the last day of a period: a month stands for its last day. -#}
{% macro published_last_date(expression) -%}
    coalesce({{ published_day(expression) }}, {{ month_end(to_date("trim(" ~ expression ~ ")", 'month')) }})
{%- endmacro %}

{% macro published_day(expression) -%}
    {%- set text = "trim(" ~ expression ~ ")" -%}
    coalesce(
        {{ to_date(text, 'iso') }}, {{ to_date(text, 'dmy') }}, {{ to_date(text, 'iso_time') }},
        cast({{ day_number(text) }} as date)
    )
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

{#- The first day of the financial year (April to March) that a date lies in. -#}
{% macro financial_year_start(date) -%}
    {{ date_of(
        "extract(year from " ~ date ~ ") - case when extract(month from " ~ date ~ ") < 4 then 1 else 0 end", "4", "1"
    ) }}
{%- endmacro %}
