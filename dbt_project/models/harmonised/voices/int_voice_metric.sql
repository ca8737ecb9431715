-- Which metrics could bear out what was said: those about the same thing as the metric that the group names, else those
-- of the theme at the stage of care that they speak of (seeds/theme_metrics.csv). `direction` is the value that would support a complaint.
with named as (

    select
        voice.evidence_id,
        coalesce(other_topic.metric_id, voice.metric_id) as metric_id
    from {{ ref('int_voice') }} as voice
    inner join {{ ref('metrics') }} as metric
        on voice.metric_id = metric.metric_id
    left join {{ ref('evidence_topics') }} as topic
        on voice.metric_id = topic.metric_id
    left join {{ ref('evidence_topics') }} as other_topic
        on topic.topic = other_topic.topic
    where voice.is_current

),

-- one statement of the row that names its metric says what the row is about
named_row as (

    select distinct evidence_id
    from named

),

mapped as (

    select
        voice.evidence_id,
        theme_metric.metric_id
    from {{ ref('int_voice') }} as voice
    inner join {{ ref('theme_metrics') }} as theme_metric
        on
            theme_metric.theme_code = voice.theme_code
            or theme_metric.theme_code = voice.equity_theme
    left join named_row
        on voice.evidence_id = named_row.evidence_id
    where
        voice.is_current
        and theme_metric.metric_id is not null
        and (
            voice.stage is null
            or theme_metric.stages is null
            or concat(' ', theme_metric.stages, ' ') like concat('% ', voice.stage, ' %')
        )
        and named_row.evidence_id is null

),

candidate as (

    select
        evidence_id,
        metric_id
    from named
    union
    select
        evidence_id,
        metric_id
    from mapped

)

select
    candidate.evidence_id,
    candidate.metric_id,
    topics.topic,
    case metric.polarity when 'high' then 'lower' when 'low' then 'higher' end as direction
from candidate
inner join {{ ref('metrics') }} as metric
    on candidate.metric_id = metric.metric_id
left join {{ ref('evidence_topics') }} as topics
    on candidate.metric_id = topics.metric_id
-- the same records month by month are no second witness
where candidate.metric_id not like 'local_%_month'
