{#- Inequality over groups without an order (ethnicity). Takes one row a group and gives one row a key.

    value, se    of each group, in the units of the measure
    favourable   true where a high value is good: the best group is then the highest
    reference    true for the group that the reference measures compare with
    x, n         counts behind the values, for the limits of PAR and PAF (may be NULL)

    A tie for the best group goes to the larger group, then to the lower `position`; `tied_best` says how many tie.
    Sums of absolute gaps have no closed-form limits and lean upwards in small groups: read them beside the test of
    any difference. -#}
{% macro unordered_inequality(
    relation, keys, position='position', population='population', value='value', se='se',
    favourable='favourable', reference='is_reference', x='x', n='n'
) -%}
    {%- set over_key = 'over (partition by ' ~ (keys | join(', ')) ~ ')' -%}
    {%- set z = z_95() -%}
    with given as (

        select
            {{ keys | join(', ') }},
            {{ position }} as group_position,
            {{ population }} as group_population,
            {{ value }} as group_value,
            {{ se }} as group_se,
            {{ favourable }} as is_favourable,
            coalesce({{ reference }}, false) as is_the_reference,
            {{ x }} as group_x,
            {{ n }} as group_n,
            case
                when {{ population }} is null or {{ population }} < 0 then 'a population is missing or negative'
                when {{ value }} is null then 'a group has no value'
                when {{ value }} < 0 then 'a value is negative'
            end as group_problem
        from {{ relation }}

    ),

    averaged as (

        select
            given.*,
            count(*) {{ over_key }} as group_count,
            group_population * 1.0 / nullif(sum(group_population) {{ over_key }}, 0) as share,
            sum(group_population * group_value) {{ over_key }} / nullif(sum(group_population) {{ over_key }}, 0) as mean_value,
            min(group_value) {{ over_key }} as lowest,
            max(group_value) {{ over_key }} as highest,
            row_number() over (
                partition by {{ keys | join(', ') }}
                order by case when is_favourable then -group_value else group_value end, group_population desc, group_position
            ) as best_rank,
            row_number() over (
                partition by {{ keys | join(', ') }}
                order by case when is_favourable then group_value else -group_value end, group_population desc, group_position
            ) as worst_rank,
            row_number() over (
                partition by {{ keys | join(', ') }}
                order by case when is_the_reference then 0 else 1 end, group_position
            ) as reference_rank
        from given

    ),

    compared as (

        select
            averaged.*,
            max(case when best_rank = 1 then group_value end) {{ over_key }} as best_value,
            max(case when best_rank = 1 then group_se end) {{ over_key }} as best_se,
            max(case when best_rank = 1 then group_position end) {{ over_key }} as best_position,
            max(case when worst_rank = 1 then group_value end) {{ over_key }} as worst_value,
            max(case when worst_rank = 1 then group_se end) {{ over_key }} as worst_se,
            max(case when reference_rank = 1 and is_the_reference then group_value end) {{ over_key }} as reference_value,
            max(case when reference_rank = 1 and is_the_reference then group_se end) {{ over_key }} as reference_se
        from averaged

    ),

    related as (

        select
            compared.*,
            case when mean_value > 0 then group_value / mean_value end as ratio_to_mean,
            case when mean_value > 0 and group_value > 0 then ln(group_value / mean_value) end as log_ratio
        from compared

    ),

    theil as (

        select
            related.*,
            -- y ln y goes to zero with y: a group without events adds nothing to Theil's index
            sum(share * ratio_to_mean * coalesce(log_ratio, 0.0)) {{ over_key }} as theil_share
        from related

    ),

    summed as (

        select
            {{ keys | join(', ') }},
            max(group_count) as group_count,
            case
                when min(group_problem) is not null then min(group_problem)
                when max(group_count) < 2 then 'only one group'
                when max(mean_value) is null then 'nobody to count'
            end as reason,
            case
                when count(group_se) < count(*) then 'a group has no standard error'
                when min(group_se) < 0 then 'a standard error is negative'
            end as limits_problem,
            max(case when is_favourable then 1 else 0 end) = 1 as is_favourable,
            max(mean_value) as mean_value,
            min(lowest) as lowest,
            max(best_value) as best_value,
            max(best_se) as best_se,
            max(best_position) as best_position,
            sum(case when group_value = best_value then 1 else 0 end) as tied_best,
            max(worst_value) as worst_value,
            max(worst_se) as worst_se,
            max(reference_value) as reference_value,
            max(reference_se) as reference_se,
            sum(share * power(group_value - mean_value, 2)) as bgv,
            -- least and greatest pass over NULL: each stands behind a guard
            case when count(group_se) = count(*) then sqrt(greatest(0.0,
                4.0 * sum(power(share * group_se * (group_value - mean_value), 2))
                + 2.0 * (
                    power(sum(power(share * group_se, 2)), 2)
                    - sum(power(share * group_se, 4))
                    + sum(power(share * (1.0 - share), 2) * power(group_se, 4))
                )
            )) end as bgv_se,
            1000.0 * max(theil_share) as theil,
            -- a group without events has an infinite slope here: no standard error then
            case
                when min(group_value) > 0 and count(group_se) = count(*)
                    then 1000.0 * sqrt(sum(power(share * group_se / mean_value * (log_ratio - theil_share), 2)))
            end as theil_se,
            case when min(group_value) > 0 then 0.0 - 1000.0 * sum(share * log_ratio) end as mld,
            case
                when min(group_value) > 0 and count(group_se) = count(*)
                    then 1000.0 * sqrt(sum(power(share * group_se * (1.0 / mean_value - 1.0 / group_value), 2)))
            end as mld_se,
            avg(abs(group_value - mean_value)) as mdm_unweighted,
            sum(share * abs(group_value - mean_value)) as mdm_weighted,
            avg(abs(group_value - best_value)) as mdb_unweighted,
            sum(share * abs(group_value - best_value)) as mdb_weighted,
            avg(abs(group_value - reference_value)) as mdr_unweighted,
            sum(share * abs(group_value - reference_value)) as mdr_weighted,
            sum(group_x) as all_x,
            sum(group_n) as all_n,
            max(case when best_rank = 1 then group_x end) as best_x,
            max(case when best_rank = 1 then group_n end) as best_n
        from theil
        group by {{ keys | join(', ') }}

    ),

    measured as (

        select
            summed.*,
            sqrt(bgv) as bgsd,
            case when mean_value > 0 then 100.0 * sqrt(bgv) / mean_value end as cov,
            case when mean_value > 0 then 100.0 * mdm_unweighted / mean_value end as idis_unweighted,
            case when mean_value > 0 then 100.0 * mdm_weighted / mean_value end as idis_weighted,
            -- the best outcome is never worse than the mean, but rounding of a tie can say so
            case
                when reason is not null then null
                when is_favourable then greatest(0.0, best_value - mean_value)
                else least(0.0, best_value - mean_value)
            end as par,
            case when is_favourable then best_value - worst_value else worst_value - best_value end as range_difference,
            sqrt(power(best_se, 2) + power(worst_se, 2)) as range_difference_se,
            case
                when is_favourable and worst_value > 0 then best_value / worst_value
                when not is_favourable and best_value > 0 then worst_value / best_value
            end as range_ratio,
            case
                when best_value > 0 and worst_value > 0
                    then sqrt(power(best_se / best_value, 2) + power(worst_se / worst_value, 2))
            end as range_ratio_log_se,
            {{ paf_se('best_x', 'best_n', 'all_x', 'all_n') }} as paf_se_share
        from summed

    ),

    limited as (

        select
            measured.*,
            case when mean_value > 0 then 100.0 * par / mean_value end as paf,
            100.0 * paf_se_share as paf_se,
            paf_se_share * mean_value as par_se
        from measured

    )

    select
        {{ keys | join(', ') }},
        group_count as groups,
        best_position,
        tied_best,
        {%- for name in ['mean_value', 'best_value', 'worst_value'] %}
        case when reason is null then {{ name }} end as {{ name }},
        {%- endfor %}
        {%- for name in ['bgv', 'theil', 'mld', 'par', 'paf', 'range_difference'] %}
        case when reason is null then {{ name }} end as {{ name }},
        case when reason is null then {{ name }}_se end as {{ name }}_se,
        case when reason is null then {{ name }} - {{ z }} * {{ name }}_se end as {{ name }}_lower_95,
        case when reason is null then {{ name }} + {{ z }} * {{ name }}_se end as {{ name }}_upper_95,
        {%- endfor %}
        case when reason is null then bgsd end as bgsd,
        case when reason is null then sqrt(greatest(0.0, bgv - {{ z }} * bgv_se)) end as bgsd_lower_95,
        case when reason is null then sqrt(bgv + {{ z }} * bgv_se) end as bgsd_upper_95,
        case when reason is null then range_ratio end as range_ratio,
        case when reason is null then range_ratio * exp(-{{ z }} * range_ratio_log_se) end as range_ratio_lower_95,
        case when reason is null then range_ratio * exp({{ z }} * range_ratio_log_se) end as range_ratio_upper_95,
        {%- for name in ['cov', 'idis_unweighted', 'idis_weighted', 'mdm_unweighted', 'mdm_weighted', 'mdb_unweighted', 'mdb_weighted', 'mdr_unweighted', 'mdr_weighted'] %}
        case when reason is null then {{ name }} end as {{ name }},
        {%- endfor %}
        reason,
        case
            when reason is not null then reason
            when limits_problem is not null then limits_problem
            when mean_value = 0 then 'the mean is zero, so there are no relative measures'
            when lowest = 0 then 'a group has no events, so logarithms and ratios are not defined'
            when paf_se_share is null then 'no counts behind the values, so PAR and PAF have no limits'
        end as limits_reason
    from limited
{%- endmacro %}

{#- Standard error of the population attributable fraction, as a share, from the reference's events and people and
    everybody's. Usual reports divide it by 100 by mistake; this one is on the scale of the fraction itself. -#}
{% macro paf_se(reference_x, reference_n, all_x, all_n) -%}
    case
        when {{ all_x }} > 0 and {{ reference_x }} >= 0 and {{ reference_n }} > 0 and {{ all_n }} >= {{ reference_n }}
            then sqrt(greatest(0.0,
                {{ reference_x }} * 1.0 * {{ all_n }} * (
                    ({{ all_x }} - {{ reference_x }}) * 1.0 * ({{ reference_n }} - {{ reference_x }}) * ({{ all_n }} - {{ reference_x }})
                    + (({{ all_n }} - {{ reference_n }}) - ({{ all_x }} - {{ reference_x }})) * 1.0 * {{ reference_x }} * {{ reference_x }}
                ) / (power({{ all_x }}, 3) * power({{ reference_n }}, 3))
            ))
    end
{%- endmacro %}

{#- Population attributable risk of an ordered dimension: the reference is the most advantaged group, and the result is
    zero where that group does not have the better outcome. -#}
{% macro attributable_risk(reference_value, mean_value, favourable) -%}
    case
        when {{ reference_value }} is null or {{ mean_value }} is null then null
        when {{ favourable }} then greatest(0.0, ({{ reference_value }}) - ({{ mean_value }}))
        else least(0.0, ({{ reference_value }}) - ({{ mean_value }}))
    end
{%- endmacro %}
