{#- What two records of one baby are compared by, and how. Declared once for the weights and for the pairs. -#}

{#- The fields that an admission and a birth both hold, with how far apart numbers are nearly the same (none: no such level).
    Ethnic category is none of them: what is to be compared between the records cannot decide which belong together. -#}
{% macro linkage_fields() -%}
    {{ return({
        'provider_code': none,
        'gestation_at_birth_days': var('linkage')['near_days'],
        'birth_weight_grams': var('linkage')['near_grams'],
        'sex': none,
        'lsoa_code': none,
        'mother_pseudonym': none,
    }) }}
{%- endmacro %}

{#- Levels of a field: two records agree, nearly agree or differ in it. A field that one of them does not hold says nothing. -#}
{% macro linkage_levels(near) -%}
    {{ return(['agrees', 'differs'] if near is none else ['agrees', 'nearly', 'differs']) }}
{%- endmacro %}

{#- The level of a field between two records; NULL where one of them does not hold it. -#}
{% macro linkage_level(field, near, one, other) -%}
    case
        when {{ one }}.{{ field }} = {{ other }}.{{ field }} then 'agrees'
        {%- if near is not none %}
        when abs({{ one }}.{{ field }} - {{ other }}.{{ field }}) <= {{ near }} then 'nearly'
        {%- endif %}
        when {{ one }}.{{ field }} is not null and {{ other }}.{{ field }} is not null then 'differs'
    end
{%- endmacro %}
