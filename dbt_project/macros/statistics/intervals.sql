{#- Limits of one proportion, count or rate. Each takes SQL expressions and returns one; bad input gives NULL. -#}

{#- Wilson's score limits of x out of n, per 1. -#}
{% macro wilson_lower(x, n, z=none) -%}
    {%- set z = z or z_95() -%}
    case
        when {{ x }} < 0 or {{ n }} <= 0 or {{ x }} > {{ n }} then null
        when {{ x }} = 0 then 0.0
        else (2.0 * {{ x }} + {{ z }} * {{ z }} - {{ z }} * sqrt({{ z }} * {{ z }} + 4.0 * {{ x }} * (1.0 - {{ x }} * 1.0 / {{ n }})))
            / (2.0 * ({{ n }} + {{ z }} * {{ z }}))
    end
{%- endmacro %}

{% macro wilson_upper(x, n, z=none) -%}
    {%- set z = z or z_95() -%}
    case
        when {{ x }} < 0 or {{ n }} <= 0 or {{ x }} > {{ n }} then null
        when {{ x }} = {{ n }} then 1.0
        else (2.0 * {{ x }} + {{ z }} * {{ z }} + {{ z }} * sqrt({{ z }} * {{ z }} + 4.0 * {{ x }} * (1.0 - {{ x }} * 1.0 / {{ n }})))
            / (2.0 * ({{ n }} + {{ z }} * {{ z }}))
    end
{%- endmacro %}

{#- Exact Poisson limits of the counts 0 to 9: half chi-squared quantiles. -#}
{% macro poisson_exact(level) -%}
    {{ return({
        '95': {
            'lower': ['0.0', '0.025317807984289876', '0.24220927854396496', '0.6186721228956014', '1.0898653736263249',
                      '1.6234863901184207', '2.2018942534908508', '2.8143630515198654', '3.4538321767485014', '4.115373097378334'],
            'upper': ['3.6888794541139354', '5.571643390938898', '7.22468766772396', '8.767273069742323', '10.241588675403694',
                      '11.66833207932267', '13.059474022518685', '14.422675361702376', '15.763189220193313', '17.084803451419166'],
        },
        '998': {
            'lower': ['0.0', '0.001000500333583534', '0.045402017769489544', '0.1905333775684032', '0.428552413628423',
                      '0.7393717319178323', '1.1071046602556394', '1.5203362603988093', '1.9708139217403657', '2.452424404363775'],
            'upper': ['6.907755278982137', '9.233413476451585', '11.228872242412661', '13.06224077918807', '14.79414922253721',
                      '16.454745203680105', '18.061636840199064', '19.626177395384232', '21.15619816583998', '22.65737330906293'],
        },
    }[level]) }}
{%- endmacro %}

{#- Limits of a count: exact below 10 for whole numbers, Byar's otherwise. Divide by n for a rate. -#}
{% macro poisson_lower(x, level='95') -%}
    {%- set z = z_95() if level == '95' else z_998() -%}
    case
        when {{ x }} < 0 then null
        {%- for limit in poisson_exact(level)['lower'] %}
        when {{ x }} = {{ loop.index0 }} then {{ limit }}
        {%- endfor %}
        -- Byar's lower limit of a modelled count near zero would fall below zero
        else {{ x }} * power(greatest(0.0, 1.0 - 1.0 / (9.0 * {{ x }}) - {{ z }} / (3.0 * sqrt({{ x }}))), 3)
    end
{%- endmacro %}

{% macro poisson_upper(x, level='95') -%}
    {%- set z = z_95() if level == '95' else z_998() -%}
    case
        when {{ x }} < 0 then null
        {%- for limit in poisson_exact(level)['upper'] %}
        when {{ x }} = {{ loop.index0 }} then {{ limit }}
        {%- endfor %}
        else ({{ x }} + 1.0) * power(1.0 - 1.0 / (9.0 * ({{ x }} + 1.0)) + {{ z }} / (3.0 * sqrt({{ x }} + 1.0)), 3)
    end
{%- endmacro %}

{#- Limits of a rate x / n, per person. -#}
{% macro rate_lower(x, n, level='95') -%}
    case when {{ n }} > 0 then ({{ poisson_lower(x, level) }}) / {{ n }} end
{%- endmacro %}

{% macro rate_upper(x, n, level='95') -%}
    case when {{ n }} > 0 then ({{ poisson_upper(x, level) }}) / {{ n }} end
{%- endmacro %}

{#- The standard error that 95% limits imply, on the scale of the value, of its logarithm or of its logit.
    NULL where a limit has no logarithm or logit. -#}
{% macro implied_se(lower, upper, scale='value') -%}
    {%- if scale == 'value' -%}
    (({{ upper }}) - ({{ lower }})) / (2.0 * {{ z_95() }})
    {%- elif scale == 'log' -%}
    case when {{ lower }} > 0 and {{ upper }} > 0 then ln(({{ upper }}) / ({{ lower }})) / (2.0 * {{ z_95() }}) end
    {%- else -%}
    case
        when {{ lower }} > 0 and {{ upper }} < 1
            then ln(({{ upper }}) * (1.0 - ({{ lower }})) / (({{ lower }}) * (1.0 - ({{ upper }})))) / (2.0 * {{ z_95() }})
    end
    {%- endif -%}
{%- endmacro %}

{#- Why limits are NULL, in words; NULL where there is no reason. -#}
{% macro proportion_problem(x, n) -%}
    case
        when {{ x }} is null or {{ n }} is null then 'a count is missing'
        when {{ n }} <= 0 then 'nobody to count'
        when {{ x }} < 0 then 'a count is negative'
        when {{ x }} > {{ n }} then 'more events than people'
    end
{%- endmacro %}

{#- The same for a rate, whose events may outnumber its people. -#}
{% macro rate_problem(x, n) -%}
    case
        when {{ x }} is null or {{ n }} is null then 'a count is missing'
        when {{ n }} <= 0 then 'nobody to count'
        when {{ x }} < 0 then 'a count is negative'
    end
{%- endmacro %}
