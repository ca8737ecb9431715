{#- Areas into equal groups by their value, as OHID's phe_quantile does: areas that tie share a quantile, so one can
    stay empty. Takes one row an area and gives the same rows with `quantile`; NULL with a reason where an
    area has no value or a key has fewer areas than quantiles. Quantile 1 is the lowest value, or the highest where
    `descending` is true. -#}
{% macro quantiles(relation, keys, value='value', quantile_count='quantile_count', descending='false') -%}
    with counted as (

        select
            given.*,
            case when {{ descending }} then -{{ value }} else {{ value }} end as ordered_value,
            count({{ value }}) over (partition by {{ keys | join(', ') }}) as areas
        from {{ relation }} as given

    ),

    ranked as (

        select
            counted.*,
            rank() over (
                partition by {{ keys | join(', ') }}, case when {{ value }} is null then 1 else 0 end
                order by ordered_value
            ) as value_rank,
            case
                when {{ value }} is null then 'no value'
                when {{ quantile_count }} < 1 then 'no quantiles are asked for'
                when areas < {{ quantile_count }} then 'fewer areas than quantiles'
            end as reason
        from counted

    )

    select
        ranked.*,
        case
            when reason is null
                then cast(greatest(1, floor({{ quantile_count }} + 1 - ceil((areas + 1 - value_rank) / (areas * 1.0 / {{ quantile_count }})))) as integer)
        end as quantile
    from ranked
{%- endmacro %}
