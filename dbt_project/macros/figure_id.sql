{#- A figure's stable name: the same key columns give the same id in every run and on every engine.
    48 bits of a hash, behind a prefix that says which table holds the figure. -#}
{% macro figure_id(prefix, columns) -%}
    concat('{{ prefix }}-', substring(md5(concat(
        {%- for column in columns %}
        coalesce(cast({{ column }} as varchar), '~'){{ ", '|', " if not loop.last }}
        {%- endfor %}
    )), 1, 12))
{%- endmacro %}
