-- The cases of the slope index with standard errors on the scales that their option set asks for. Values are per
-- 1,000 for rates (value_type 1) and per 1 for proportions (value_type 2).
with scaled as (

    select
        case_id,
        value_type,
        transform,
        multiplier,
        quantile,
        population,
        value,
        x,
        case
            when value_type = 0 then se
            when value_type = 1 then {{ implied_se('lower_cl', 'upper_cl', 'log') }}
            else {{ implied_se('lower_cl', 'upper_cl', 'logit') }}
        end as scale_se,
        case
            when value_type = 1 and value > 0 then ln(value)
            when value_type = 2 and value > 0 and value < 1 then ln(value / (1.0 - value))
        end as scale_value
    from {{ source('cases', 'inputs_sii') }}

),

centred as (

    select
        scaled.*,
        -- a rate of zero has no logarithm, and a proportion of zero or one no logit
        case when value_type = 0 or scale_value is not null then value end as raw_value,
        case
            when value_type = 0 then value
            when scale_value is null then null
            when value_type = 1 then {{ lognormal_cumulant('value', 'scale_se', 1) }}
            else {{ logit_moment('value', 'scale_se', 1) }}
        end as centre
    from scaled

)

select
    centred.*,
    case
        when value_type = 0 then scale_se
        when scale_value is null then null
        when value_type = 1 then sqrt({{ lognormal_cumulant('value', 'scale_se', 2) }})
        else sqrt({{ logit_moment('value', 'scale_se', 2, 'centre') }})
    end as raw_se,
    case
        when value_type = 0 then 0.0
        when scale_value is null then null
        when value_type = 1 then {{ lognormal_cumulant('value', 'scale_se', 3) }}
        else {{ logit_moment('value', 'scale_se', 3, 'centre') }}
    end as third,
    case
        when value_type = 0 then 0.0
        when scale_value is null then null
        when value_type = 1 then {{ lognormal_cumulant('value', 'scale_se', 4) }}
        else {{ logit_moment('value', 'scale_se', 4, 'centre') }} - 3.0 * power({{ logit_moment('value', 'scale_se', 2, 'centre') }}, 2)
    end as fourth
from centred
