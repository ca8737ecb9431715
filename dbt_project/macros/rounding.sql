{#- The interval that a publisher's rounding leaves open. The Maternity Services Data Set: 0 is 0, 5 is 1 to 7,
    any other count is within 2. The other publishers: within 2 of the nearest 5. -#}
{% macro rounded_low(value, rule='msds') -%}
    case
        when {{ value }} = 0 then 0
        {% if rule == 'msds' -%} when {{ value }} = 5 then 1 {%- endif %}
        else {{ value }} - 2
    end
{%- endmacro %}

{% macro rounded_high(value, rule='msds') -%}
    case
        when {{ value }} = 0 then 0
        else {{ value }} + 2
    end
{%- endmacro %}
