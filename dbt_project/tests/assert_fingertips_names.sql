-- An indicator that a metric uses has the name that seeds/fingertips_indicators.csv expects: else it gives no figure.
{{ config(severity='warn') }}

select distinct
    fingertips.indicator_id,
    fingertips.indicator_name,
    known.name_like
from {{ ref('stg_fingertips__data') }} as fingertips
inner join {{ ref('fingertips_indicators') }} as known
    on fingertips.indicator_id = known.indicator_id
where not lower(fingertips.indicator_name) like known.name_like
