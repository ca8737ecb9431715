{#- Many organisations against one target on a funnel: limits at 95% (2 sigma) and 99.8% (3 sigma), and where each
    one lies. The target comes from the caller: England's figure, the average, or one group's own figure. -#}

{#- Limits of a proportion around its target for n people, per 1, never outside 0 to 1. `tau_squared` widens them for
    over-dispersion. -#}
{% macro funnel_proportion_lower(target, n, z=none, tau_squared='0.0') -%}
    case
        when {{ n }} > 0 and {{ target }} between 0 and 1 and {{ tau_squared }} is not null
            then greatest(0.0, {{ target }} - {{ z or z_95() }} * sqrt({{ target }} * (1.0 - {{ target }}) / {{ n }} + {{ tau_squared }}))
    end
{%- endmacro %}

{% macro funnel_proportion_upper(target, n, z=none, tau_squared='0.0') -%}
    case
        when {{ n }} > 0 and {{ target }} between 0 and 1 and {{ tau_squared }} is not null
            then least(1.0, {{ target }} + {{ z or z_95() }} * sqrt({{ target }} * (1.0 - {{ target }}) / {{ n }} + {{ tau_squared }}))
    end
{%- endmacro %}

{#- Where a value lies, from its own limits at both levels and the target (OHID's method: Wilson's limits for a
    proportion, Poisson limits for a rate or ratio). Words: above or below, 95% or 99.8%. -#}
{% macro funnel_position(target, lower_95, upper_95, lower_998, upper_998) -%}
    case
        when {{ target }} is null or {{ lower_95 }} is null or {{ upper_95 }} is null
            or {{ lower_998 }} is null or {{ upper_998 }} is null then null
        when {{ lower_998 }} > {{ target }} then 'above the 99.8% limit'
        when {{ upper_998 }} < {{ target }} then 'below the 99.8% limit'
        when {{ lower_95 }} > {{ target }} then 'above the 95% limit'
        when {{ upper_95 }} < {{ target }} then 'below the 95% limit'
        else 'within the limits'
    end
{%- endmacro %}

{#- Over-dispersion: how much more organisations differ than chance allows. Takes one row an organisation with its
    value, the target and the variance that chance gives it; gives the same rows with `phi` (mean of the
    squared z-scores after the outer tenths are pulled in) and `tau_squared` (variance between organisations, 0
    where phi says there is none). Spiegelhalter, Statistics in Medicine 2005; 24: 1185. -#}
{% macro over_dispersion(relation, keys, value='value', target='target', variance='variance') -%}
    {%- set over_key = 'over (partition by ' ~ (keys | join(', ')) ~ ')' -%}
    with scored as (

        select
            given.*,
            case
                when {{ variance }} > 0 then ({{ value }} - {{ target }}) / sqrt({{ variance }})
            end as funnel_z
        from {{ relation }} as given

    ),

    ranked as (

        select
            scored.*,
            count(funnel_z) {{ over_key }} as organisations,
            row_number() over (
                partition by {{ keys | join(', ') }}, case when funnel_z is null then 1 else 0 end
                order by funnel_z
            ) as z_rank
        from scored

    ),

    bounded as (

        select
            ranked.*,
            max(case when funnel_z is not null and z_rank = floor(organisations * 0.1) + 1 then funnel_z end) {{ over_key }} as lowest_z,
            max(case when funnel_z is not null and z_rank = organisations - floor(organisations * 0.1) then funnel_z end) {{ over_key }} as highest_z
        from ranked

    ),

    winsorised as (

        select
            bounded.*,
            avg(case when funnel_z is not null then power(least(greatest(funnel_z, lowest_z), highest_z), 2) end) {{ over_key }} as phi,
            sum(case when funnel_z is not null then 1.0 / {{ variance }} end) {{ over_key }} as weights,
            sum(case when funnel_z is not null then 1.0 / ({{ variance }} * {{ variance }}) end) {{ over_key }} as squared_weights
        from bounded

    )

    select
        winsorised.*,
        case
            when organisations < 2 then null
            else greatest(0.0, (organisations * phi - (organisations - 1)) / nullif(weights - squared_weights / weights, 0))
        end as tau_squared
    from winsorised
{%- endmacro %}
