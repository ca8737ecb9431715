-- Each metric that a filled template names takes its figures from the template: else a row gives no figure.
{{ config(severity='warn') }}

select distinct figures.metric_id
from {{ ref('stg_published_table__figures') }} as figures
left join {{ ref('int_metric_component') }} as component
    on concat('published_table.', figures.metric_id) = component.concept
where component.concept is null
