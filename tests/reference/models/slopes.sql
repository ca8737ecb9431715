-- Slope and relative index of each case, on the scale of its option set, before the multiplier.
with raw_cases as (

    select * from {{ ref('slope_cases') }} where not transform

),

log_cases as (

    select * from {{ ref('slope_cases') }} where transform and value_type = 1

),

logit_cases as (

    select * from {{ ref('slope_cases') }} where transform and value_type = 2

),

raw_slopes as (

    {{ slope_index('raw_cases', ['case_id'], rank='quantile', value='raw_value', se='raw_se', centre='centre', third='third', fourth='fourth') }}

),

log_slopes as (

    {{ slope_index('log_cases', ['case_id'], rank='quantile', value='scale_value', se='scale_se', scale='log') }}

),

logit_slopes as (

    {{ slope_index('logit_cases', ['case_id'], rank='quantile', value='scale_value', se='scale_se', scale='logit') }}

)

select * from raw_slopes
union all
select * from log_slopes
union all
select * from logit_slopes
