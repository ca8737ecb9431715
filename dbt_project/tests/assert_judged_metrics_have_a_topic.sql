-- A judged metric of a system that no topic of seeds/evidence_topics.csv holds could never be an evidence gap.
{{ config(severity='warn') }}
select distinct metric_value.metric_id
from {{ ref('fct_metric_value') }} as metric_value
inner join {{ ref('metrics') }} as metric
    on metric_value.metric_id = metric.metric_id
left join {{ ref('evidence_topics') }} as topics
    on metric_value.metric_id = topics.metric_id
where
    metric_value.organisation_level = 'lmns'
    and metric_value.dimension = 'total'
    and metric.kind in ('proportion', 'rate')
    and metric.polarity in ('low', 'high')
    and metric.domain <> 'data_quality'
    and topics.metric_id is null
