{#- Benjamini-Hochberg adjusted p-values within families, in three steps: a relation with p and its family comes in,
    the same rows with `q_value` come out. Rows without p stay outside their family. -#}
{% macro benjamini_hochberg(relation, p, family, q='q_value') -%}
    select
        ranked.*,
        case
            when {{ p }} is not null then least(1.0, min({{ p }} * p_tests / p_rank) over (
                partition by {{ family | join(', ') }}, case when {{ p }} is null then 1 else 0 end
                order by p_rank
                rows between current row and unbounded following
            ))
        end as {{ q }}
    from (
        select
            counted.*,
            row_number() over (
                partition by {{ family | join(', ') }}, case when {{ p }} is null then 1 else 0 end
                order by {{ p }}
            ) as p_rank,
            count({{ p }}) over (partition by {{ family | join(', ') }}) as p_tests
        from {{ relation }} as counted
    ) as ranked
{%- endmacro %}
