-- Where each area lies against its set's overall proportion or rate, or against the ratio of 1.
with targeted as (

    select
        cases.*,
        case
            when statistic = 'ratio' then 1.0
            else sum(numerator) over (partition by set_id) / nullif(sum(denominator) over (partition by set_id), 0)
        end as target
    from {{ source('cases', 'inputs_funnel') }} as cases

),

limited as (

    select
        targeted.*,
        {% for name, wilson, rate, z, level in [
            ('lower_95', wilson_lower, rate_lower, z_95(), '95'), ('upper_95', wilson_upper, rate_upper, z_95(), '95'),
            ('lower_998', wilson_lower, rate_lower, z_998(), '998'), ('upper_998', wilson_upper, rate_upper, z_998(), '998'),
        ] -%}
        case
            when statistic = 'proportion' then {{ wilson('numerator', 'denominator', z) }}
            else {{ rate('numerator', 'denominator', level) }}
        end as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from targeted

)

select
    set_id,
    area,
    target,
    {{ funnel_position('target', 'lower_95', 'upper_95', 'lower_998', 'upper_998') }} as position
from limited
