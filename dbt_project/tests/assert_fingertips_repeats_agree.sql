-- The rows that England has for each parent say the same: one is read.
{{ config(severity='warn') }}

select
    file_id,
    indicator_id,
    area_code,
    sex,
    age,
    category_type,
    category,
    time_period
from {{ ref('stg_fingertips__data') }}
group by file_id, indicator_id, area_code, sex, age, category_type, category, time_period
having
    count(*) > 1
    and (min(value) <> max(value) or min(numerator) <> max(numerator) or count(value) not in (0, count(*)))
