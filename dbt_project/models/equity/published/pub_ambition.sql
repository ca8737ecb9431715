select
    ambition_id,
    topic,
    metric,
    value,
    unit,
    basis,
    valid_from,
    valid_to,
    successor,
    state,
    standing,
    publication,
    source_url,
    verification,
    checked_on
from {{ ref('fct_ambition') }}
