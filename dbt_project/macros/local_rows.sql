{#- Columns as one text, by which rows of local files are told apart. -#}
{% macro key_of(columns) -%}
    concat(
        {%- for column in columns %}
        coalesce(cast({{ column }} as varchar), ''){{ ", '|', " if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{#- The rows of a data set that are used. Few are not, so those are what is looked up. -#}
{% macro used_rows(relation, dataset) %}
    select staged.*
    from {{ relation }} as staged
    left join {{ ref('int_local_row') }} as unused
        on
            unused.dataset = '{{ dataset }}'
            and not unused.is_used
            and staged.file_id = unused.file_id
            and staged.row_number = unused.row_number
    where unused.file_id is null
{% endmacro %}
