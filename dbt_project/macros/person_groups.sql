{#- Groups that people in local records are compared by; the codes are those of seeds/strata.csv. -#}

{#- A number where it lies within plausible limits, else null: implausible is not known. -#}
{% macro in_range(expression, lowest, highest) -%}
    case when {{ expression }} between {{ lowest }} and {{ highest }} then {{ expression }} end
{%- endmacro %}

{% macro age_band(age) -%}
    case
        when {{ age }} between 10 and 19 then 'A_U20'
        when {{ age }} between 20 and 24 then 'A20_24'
        when {{ age }} between 25 and 29 then 'A25_29'
        when {{ age }} between 30 and 34 then 'A30_34'
        when {{ age }} between 35 and 39 then 'A35_39'
        when {{ age }} between 40 and 44 then 'A40_44'
        when {{ age }} between 45 and 60 then 'A45'
        else 'A_UNKNOWN'
    end
{%- endmacro %}

{% macro quintile_code(quintile) -%}
    case when {{ quintile }} is null then 'Q_UNKNOWN' else concat('Q', cast({{ quintile }} as varchar)) end
{%- endmacro %}

{#- English by its codes of two and of three letters. -#}
{% macro language_group(language_code) -%}
    case
        when {{ language_code }} in ('en', 'eng') then 'L_ENGLISH'
        when {{ language_code }} is null or {{ language_code }} = 'invalid' then 'L_UNKNOWN'
        else 'L_OTHER'
    end
{%- endmacro %}

{% macro interpreter_group(interpreter_needed) -%}
    case {{ interpreter_needed }} when 'Y' then 'I_YES' when 'N' then 'I_NO' else 'I_UNKNOWN' end
{%- endmacro %}
