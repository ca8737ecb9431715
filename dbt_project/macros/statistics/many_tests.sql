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

{#- Is there any difference between the groups of a key? Cochran's Q of their proportions about the overall one, which
    with exact counts is Pearson's chi-squared. `extra` is the variance that a publisher's rounding adds to each
    group's proportion (0 where counts are exact). Takes one row a group and gives one row a key. `smallest_expected`
    under 5 says that the p-value is approximate. -#}
{% macro any_difference(relation, keys, x='x', n='n', extra='0.0') -%}
    {%- set over_key = 'over (partition by ' ~ (keys | join(', ')) ~ ')' -%}
    with given as (

        select
            {{ keys | join(', ') }},
            {{ x }} as group_x,
            {{ n }} as group_n,
            {{ extra }} as group_extra,
            {{ proportion_problem(x, n) }} as group_problem
        from {{ relation }}

    ),

    pooled as (

        select
            given.*,
            count(*) {{ over_key }} as group_count,
            min(group_problem) {{ over_key }} as problem,
            sum(group_x) {{ over_key }} * 1.0 / nullif(sum(group_n) {{ over_key }}, 0) as overall
        from given

    ),

    weighted as (

        select
            pooled.*,
            case
                when problem is null and overall > 0 and overall < 1
                    then 1.0 / (overall * (1.0 - overall) / group_n + group_extra)
            end as precision_weight,
            case when group_n > 0 then group_x * 1.0 / group_n end as group_share
        from pooled

    ),

    centred as (

        select
            weighted.*,
            sum(precision_weight * group_share) {{ over_key }} / nullif(sum(precision_weight) {{ over_key }}, 0) as centre
        from weighted

    ),

    summed as (

        select
            {{ keys | join(', ') }},
            max(group_count) as group_count,
            case
                when max(problem) is not null then max(problem)
                when max(group_count) < 2 then 'only one group'
                when max(overall) = 0 then 'nothing happened in any group'
                when max(overall) = 1 then 'it happened to everybody in every group'
            end as reason,
            sum(precision_weight * power(group_share - centre, 2)) as q,
            min(least(overall, 1.0 - overall) * group_n) as smallest_expected
        from centred
        group by {{ keys | join(', ') }}

    ),

    tested as (

        select
            {{ keys | join(', ') }},
            group_count as groups,
            case when reason is null then q end as statistic,
            case when reason is null then group_count - 1 end as df,
            smallest_expected,
            reason
        from summed

    )

    select
        tested.*,
        {{ chi_squared_p('statistic', 'df') }} as p_value
    from tested
{%- endmacro %}
