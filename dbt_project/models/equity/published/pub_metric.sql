-- The metric register, and for a metric without a figure why there is none.
with has_figure as (

    select distinct metric_id
    from {{ ref('fct_metric_value') }}

),

has_file as (

    select distinct source_id
    from {{ source('register', 'file_register') }}
    where verdict = 'loaded'

)

select
    metric.metric_id,
    metric.metric_name,
    metric.question,
    metric.domain,
    metric.kind,
    metric.numerator,
    metric.denominator,
    metric.multiplier,
    metric.unit,
    metric.polarity,
    metric.period_window,
    metric.decimals,
    metric.dimensions,
    metric.intervention,
    metric.source_id,
    metric.definition_url,
    metric.note,
    {{ people_of_concept('metric.numerator') }} as numerator_of,
    {{ people_of_concept('metric.denominator') }} as denominator_of,
    case
        when has_figure.metric_id is not null then null
        when has_file.source_id is null then 'No file of its source is in this edition'
        else 'Files of its source are in this edition, but none of them holds it'
    end as no_figure_reason
from {{ ref('metrics') }} as metric
left join has_figure
    on metric.metric_id = has_figure.metric_id
left join has_file
    on metric.source_id = has_file.source_id
