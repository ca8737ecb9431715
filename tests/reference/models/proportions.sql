-- Wilson's limits of each case, at both levels.
select
    case_id,
    {{ proportion_problem('numerator', 'denominator') }} as reason,
    case when numerator between 0 and denominator and denominator > 0 then multiplier * numerator / denominator end as value,
    {% for name, macro, z in [
        ('lower_95', wilson_lower, z_95()), ('upper_95', wilson_upper, z_95()),
        ('lower_998', wilson_lower, z_998()), ('upper_998', wilson_upper, z_998()),
    ] -%}
    multiplier * ({{ macro('numerator', 'denominator', z) }}) as {{ name }}{{ ',' if not loop.last }}
    {% endfor %}
from {{ source('cases', 'inputs_proportions') }}
