{#- A count of people as it may be shown: 0 is 0, 1 to 7 is hidden, anything else goes to the nearest 5.
    Each takes an exact count as a SQL expression; the interval that rounding leaves is rounded_low/high's. -#}

{#- Whether a count is hidden. Anything below 8 that is not 0 is: a half or a negative count too. -#}
{% macro is_small(count) -%}
    ({{ count }} <> 0 and {{ count }} < {{ var('protection')['smallest_shown'] }})
{%- endmacro %}

{#- The count as shown; NULL where it is hidden. Halves go up. -#}
{% macro protected_count(count) -%}
    case
        when {{ count }} = 0 then 0
        when {{ is_small(count) }} then null
        else {{ nearest_shown(count) }}
    end
{%- endmacro %}

{#- The nearest multiple that is shown; halves go up. -#}
{% macro nearest_shown(count) -%}
    {%- set base = var('protection')['round_to'] -%}
    {{ base }} * floor(({{ count }} + {{ base }} / 2.0) / {{ base }})
{%- endmacro %}

{#- What became of a count: shown, small (1 to 7), complement (those without the event are 1 to 7, so that the
    count beside its total would give them away) or missing (the supplier gave none). -#}
{% macro count_status(count, complement=none) -%}
    case
        when {{ count }} is null then 'missing'
        when {{ is_small(count) }} then 'small'
        {%- if complement is not none %}
        when {{ is_small(complement) }} then 'complement'
        {%- endif %}
        else 'shown'
    end
{%- endmacro %}

{#- A modelled number to two significant figures from 0.1 on, and two decimals below. -#}
{% macro two_figures(value) -%}
    case
        when abs({{ value }}) >= 100 then round({{ value }} / 10.0, 0) * 10.0
        when abs({{ value }}) >= 10 then round({{ value }}, 0)
        when abs({{ value }}) >= 1 then round({{ value }}, 1)
        else round({{ value }}, 2)
    end
{%- endmacro %}
