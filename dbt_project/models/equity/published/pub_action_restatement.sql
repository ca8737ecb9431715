select
    action_id,
    lmns_code,
    baseline_figure_id,
    place,
    edition,
    was,
    became
from {{ ref('fct_action_restatement') }}
