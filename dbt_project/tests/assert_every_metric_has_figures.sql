-- A metric whose source is in this edition has figures, or this shows which has none: a renamed indicator, a part
-- that the file calls something else, or a file that does not hold it.
{{ config(severity='warn') }}

select
    metric_id,
    source_id,
    numerator,
    no_figure_reason
from {{ ref('pub_metric') }}
where no_figure_reason = 'Files of its source are in this edition, but none of them holds it'
