{#- One row per piece of a delimited text column: the one place where engines differ on this.
    `column` and `delimiter` are SQL expressions; the piece comes back as `piece`. -#}
{% macro split_rows(relation, columns, column, delimiter) -%}
    {{ return(adapter.dispatch('split_rows', 'equity_audit')(relation, columns, column, delimiter)) }}
{%- endmacro %}

{% macro default__split_rows(relation, columns, column, delimiter) -%}
    select {{ columns | join(', ') }}, unnest(string_split({{ column }}, {{ delimiter }})) as piece
    from {{ relation }}
{%- endmacro %}

{% macro spark__split_rows(relation, columns, column, delimiter) -%}
    select {{ columns | join(', ') }}, explode(split({{ column }}, concat('\\Q', {{ delimiter }}, '\\E'))) as piece
    from {{ relation }}
{%- endmacro %}
