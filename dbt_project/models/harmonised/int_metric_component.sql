-- seeds/metrics.csv says "concept[part|part]" for each role of a metric; one row each here.
{% set roles = ['numerator', 'denominator', 'published', 'published_lower', 'published_upper'] %}

with expression as (

    {% for role in roles %}
    select
        metric_id,
        '{{ role }}' as component_role,
        {{ role }} as expression
    from {{ ref('metrics') }}
    where {{ role }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

parsed as (

    select
        metric_id,
        component_role,
        {{ dbt.split_part('expression', "'['", 1) }} as concept,
        replace({{ dbt.split_part('expression', "'['", 2) }}, ']', '') as parts
    from expression

),

split as (

    {{ split_rows('parsed', ['metric_id', 'component_role', 'concept'], 'parts', "'|'") }}

)

select
    metric_id,
    component_role,
    concept,
    {{ fold_label('piece') }} as folded_part
from split
