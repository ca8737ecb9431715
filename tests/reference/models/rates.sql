-- Byar's limits of each case, exact below ten, at both levels.
select
    case_id,
    {{ rate_problem('numerator', 'denominator') }} as reason,
    case when numerator >= 0 and denominator > 0 then multiplier * numerator / denominator end as value,
    {% for name, macro, level in [
        ('lower_95', rate_lower, '95'), ('upper_95', rate_upper, '95'),
        ('lower_998', rate_lower, '998'), ('upper_998', rate_upper, '998'),
    ] -%}
    multiplier * ({{ macro('numerator', 'denominator', level) }}) as {{ name }}{{ ',' if not loop.last }}
    {% endfor %}
from {{ source('cases', 'inputs_rates') }}
