{#- A figure has a value or says why not, never both and never neither; its limits hold it. -#}
{% test value_or_mark(model) %}
select
    figure_id,
    value,
    mark,
    lower_95,
    upper_95
from {{ model }}
where
    (value is null and mark is null)
    or (value is not null and mark is not null)
    or lower_95 > value
    or upper_95 < value
{% endtest %}
