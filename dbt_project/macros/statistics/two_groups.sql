{#- Two groups, the group (1) against its reference (0). -#}

{#- Newcombe's limits of p1 - p0, from each group's own estimate and limits: they hold at 0 and at n. -#}
{% macro newcombe_lower(p1, l1, u1, p0, l0, u0) -%}
    (({{ p1 }}) - ({{ p0 }}) - sqrt(power(({{ p1 }}) - ({{ l1 }}), 2) + power(({{ u0 }}) - ({{ p0 }}), 2)))
{%- endmacro %}

{% macro newcombe_upper(p1, l1, u1, p0, l0, u0) -%}
    (({{ p1 }}) - ({{ p0 }}) + sqrt(power(({{ u1 }}) - ({{ p1 }}), 2) + power(({{ p0 }}) - ({{ l0 }}), 2)))
{%- endmacro %}

{#- Whether the ratio needs half a count added: nothing happened in one group. -#}
{% macro ratio_is_corrected(x1, x0) -%}
    ({{ x1 }} = 0 or {{ x0 }} = 0)
{%- endmacro %}

{#- Limits of the risk ratio on the log scale; half a count is added to events and to people where a
    group has no events (Walter's correction). -#}
{% macro risk_ratio_limit(x1, n1, x0, n0, sign, z=none) -%}
    {%- set z = z or z_95() -%}
    case
        when {{ x1 }} < 0 or {{ x0 }} < 0 or {{ n1 }} <= 0 or {{ n0 }} <= 0 or {{ x1 }} > {{ n1 }} or {{ x0 }} > {{ n0 }} then null
        when {{ ratio_is_corrected(x1, x0) }} then
            exp(ln((({{ x1 }}) + 0.5) / (({{ n1 }}) + 0.5) / ((({{ x0 }}) + 0.5) / (({{ n0 }}) + 0.5)))
            {{ sign }} {{ z }} * sqrt(1.0 / (({{ x1 }}) + 0.5) - 1.0 / (({{ n1 }}) + 0.5) + 1.0 / (({{ x0 }}) + 0.5) - 1.0 / (({{ n0 }}) + 0.5)))
        else
            exp(ln(({{ x1 }}) * 1.0 / ({{ n1 }}) / (({{ x0 }}) * 1.0 / ({{ n0 }})))
            {{ sign }} {{ z }} * sqrt(greatest(0.0, 1.0 / ({{ x1 }}) - 1.0 / ({{ n1 }}) + 1.0 / ({{ x0 }}) - 1.0 / ({{ n0 }}))))
    end
{%- endmacro %}

{% macro risk_ratio_lower(x1, n1, x0, n0, z=none) -%}
    {{ risk_ratio_limit(x1, n1, x0, n0, '-', z) }}
{%- endmacro %}

{% macro risk_ratio_upper(x1, n1, x0, n0, z=none) -%}
    {{ risk_ratio_limit(x1, n1, x0, n0, '+', z) }}
{%- endmacro %}

{#- The same for rates: persons at risk do not enter the variance. -#}
{% macro rate_ratio_limit(x1, n1, x0, n0, sign, z=none) -%}
    {%- set z = z or z_95() -%}
    case
        when {{ x1 }} < 0 or {{ x0 }} < 0 or {{ n1 }} <= 0 or {{ n0 }} <= 0 then null
        when {{ ratio_is_corrected(x1, x0) }} then
            exp(ln((({{ x1 }}) + 0.5) / ({{ n1 }}) / ((({{ x0 }}) + 0.5) / ({{ n0 }})))
            {{ sign }} {{ z }} * sqrt(1.0 / (({{ x1 }}) + 0.5) + 1.0 / (({{ x0 }}) + 0.5)))
        else
            exp(ln(({{ x1 }}) * 1.0 / ({{ n1 }}) / (({{ x0 }}) * 1.0 / ({{ n0 }})))
            {{ sign }} {{ z }} * sqrt(1.0 / ({{ x1 }}) + 1.0 / ({{ x0 }})))
    end
{%- endmacro %}

{% macro rate_ratio_lower(x1, n1, x0, n0, z=none) -%}
    {{ rate_ratio_limit(x1, n1, x0, n0, '-', z) }}
{%- endmacro %}

{% macro rate_ratio_upper(x1, n1, x0, n0, z=none) -%}
    {{ rate_ratio_limit(x1, n1, x0, n0, '+', z) }}
{%- endmacro %}

{#- Statistic of "no difference" between two proportions, pooled variance. `extra` is the variance that a publisher's
    rounding adds to the difference (0 where counts are exact). -#}
{% macro two_proportion_z(x1, n1, x0, n0, extra='0.0') -%}
    case
        when {{ x1 }} < 0 or {{ x0 }} < 0 or {{ n1 }} <= 0 or {{ n0 }} <= 0 or {{ x1 }} > {{ n1 }} or {{ x0 }} > {{ n0 }} then null
        -- nothing happened, or it happened to everybody: there is nothing to test
        when {{ x1 }} + {{ x0 }} = 0 or {{ x1 }} + {{ x0 }} = {{ n1 }} + {{ n0 }} then null
        else (({{ x1 }}) * 1.0 / ({{ n1 }}) - ({{ x0 }}) * 1.0 / ({{ n0 }}))
            / sqrt((({{ x1 }}) + ({{ x0 }})) * 1.0 / (({{ n1 }}) + ({{ n0 }})) * (1.0 - (({{ x1 }}) + ({{ x0 }})) * 1.0 / (({{ n1 }}) + ({{ n0 }})))
            * (1.0 / ({{ n1 }}) + 1.0 / ({{ n0 }})) + {{ extra }})
    end
{%- endmacro %}

{#- Variance that rounding adds to x / n: each count may lie anywhere in the interval that rounding leaves open. -#}
{% macro rounding_variance(x, x_low, x_high, n, n_low, n_high) -%}
    (
        power({{ x_high }} - {{ x_low }}, 2) + power({{ x }} * 1.0 / nullif({{ n }}, 0), 2) * power({{ n_high }} - {{ n_low }}, 2)
    ) / 12.0 / nullif(power({{ n }}, 2), 0)
{%- endmacro %}

{#- How many people group 1 needs for a difference between shares p1 and p0 to be found four times out of five at the
    two-sided 5% level. `inverse_k` is people of group 1 over people of group 0: near 0 against a large population. -#}
{% macro people_needed(p1, p0, inverse_k) -%}
    case
        when {{ p1 }} > 0 and {{ p1 }} < 1 and {{ p0 }} > 0 and {{ p0 }} < 1 and {{ p1 }} <> {{ p0 }} and {{ inverse_k }} >= 0 then
            power(
                {{ z_95() }} * sqrt(
                    (({{ p1 }}) * ({{ inverse_k }}) + ({{ p0 }})) / (1.0 + ({{ inverse_k }}))
                    * (1.0 - (({{ p1 }}) * ({{ inverse_k }}) + ({{ p0 }})) / (1.0 + ({{ inverse_k }})))
                    * (1.0 + ({{ inverse_k }}))
                )
                + {{ z_power_80() }} * sqrt(
                    ({{ p1 }}) * (1.0 - ({{ p1 }})) + ({{ p0 }}) * (1.0 - ({{ p0 }})) * ({{ inverse_k }})
                ), 2
            ) / power(({{ p1 }}) - ({{ p0 }}), 2)
    end
{%- endmacro %}

{#- Smallest change of a share p between two periods of n people each that would be found four times out of five at the
    two-sided 5% level, upwards (`direction` 1) or downwards (-1). On the arcsine scale, where the variance of a share does
    not depend on it (Cohen's h): it holds near 0 and 1. NULL where not even the end of the scale is far enough. -#}
{% macro detectable_change(p, n, direction) -%}
    case
        when {{ p }} >= 0 and {{ p }} <= 1 and {{ n }} > 0 then case
            when asin(sqrt({{ p }})) + ({{ direction }}) * ({{ z_95() }} + {{ z_power_80() }}) / sqrt(2.0 * ({{ n }}))
                between 0 and pi() / 2
                then abs(
                    power(sin(asin(sqrt({{ p }})) + ({{ direction }}) * ({{ z_95() }} + {{ z_power_80() }}) / sqrt(2.0 * ({{ n }}))), 2)
                    - ({{ p }})
                )
        end
    end
{%- endmacro %}

{#- Upper 80% point of the standard normal distribution: the power that sample sizes are worked out for. -#}
{% macro z_power_80() -%}
    0.8416212335729143
{%- endmacro %}
