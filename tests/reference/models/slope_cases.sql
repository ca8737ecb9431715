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
        case
            when value_type = 0 then se
            when value_type = 1 then {{ implied_se('lower_cl', 'upper_cl', 'log') }}
            else {{ implied_se('lower_cl', 'upper_cl', 'logit') }}
        end as scale_se,
        case
            when value_type = 1 and value > 0 then ln(value)
            when value_type = 2 and value > 0 and value < 1 then ln(value / (1.0 - value))
        end as scale_value,
        value_type > 0 and (value <= 0 or (value_type = 2 and value >= 1)) as has_no_scale
    from {{ source('cases', 'inputs_sii') }}

)

select
    scaled.*,
    case
        when has_no_scale then null
        else value
    end as raw_value,
    case value_type
        when 1 then {{ lognormal_centre('value', 'scale_se') }}
        when 2 then {{ logit_centre('value', 'scale_se') }}
        else value
    end as centre,
    case value_type
        when 1 then {{ lognormal_sd('value', 'scale_se') }}
        when 2 then {{ logit_sd('value', 'scale_se') }}
        else scale_se
    end as raw_se
from scaled
