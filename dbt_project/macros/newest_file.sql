{#- One file of a look-up for each value of `by`: the fullest, then the last received, then by its hash.
    Gives file_id and the columns of `by`. -#}
{% macro newest_file(relation, by=[]) -%}
    select
        {{ (['file_id'] + by) | join(', ') }}
    from (
        select
            held.*,
            row_number() over (
                {{ 'partition by ' ~ by | join(', ') if by }}
                order by held.held_rows desc, register.received_at desc, held.file_id
            ) as recency
        from (
            select {{ (['file_id'] + by) | join(', ') }}, count(*) as held_rows
            from {{ relation }}
            group by {{ (['file_id'] + by) | join(', ') }}
        ) as held
        inner join {{ source('register', 'file_register') }} as register
            on held.file_id = register.file_id
    ) as ranked
    where recency = 1
{%- endmacro %}
