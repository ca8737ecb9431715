-- An indicator that a metric uses has a headline in each file: one sex and age group, or Persons of one age group.
{{ config(severity='warn') }}

select
    observed.file_id,
    observed.concept
from {{ ref('int_fingertips__observed') }} as observed
inner join (
    select distinct concept
    from {{ ref('int_metric_component') }}
) as used
    on observed.concept = used.concept
group by observed.file_id, observed.concept
having sum(case when observed.part = 'Value' then 1 else 0 end) = 0
