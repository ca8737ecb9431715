{#- Each of these columns has a value in every row; what comes back names the columns that have not, and how often. -#}
{% test not_null_columns(model, columns) %}
with missing as (

    {% for column in columns -%}
    select
        '{{ column }}' as column_name,
        sum(case when {{ column }} is null then 1 else 0 end) as missing_rows
    from {{ model }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    column_name,
    missing_rows
from missing
where missing_rows > 0
{% endtest %}
