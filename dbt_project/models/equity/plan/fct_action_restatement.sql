-- Each time that a baseline's own figure has become another number, because a publisher or supplier corrected it: what it
-- was, what it is, and which edition first had it so. The baseline of the action itself stays as it was issued.
with known as (

    select
        action_id,
        lmns_code,
        baseline_edition as edition,
        baseline_figure_id,
        baseline_value as known_value,
        1 as step,
        cast(null as timestamp) as received_at
    from {{ ref('fct_action_plan') }}
    where
        baseline_edition is not null
        and baseline_value is not null
    union all
    select
        returned.action_id,
        returned.lmns_code,
        coalesce(returned.edition, 'not known') as edition,
        returned.sent_baseline_figure_id as baseline_figure_id,
        returned.sent_baseline_known_value as known_value,
        2 as step,
        returned.received_at
    from {{ ref('stg_action_plan__row') }} as returned
    where returned.sent_baseline_known_value is not null
    union all
    select
        action_id,
        lmns_code,
        'this edition' as edition,
        baseline_figure_id,
        baseline_known_value as known_value,
        3 as step,
        cast(null as timestamp) as received_at
    from {{ ref('fct_action_progress') }}
    where
        baseline_edition is not null
        and baseline_known_value is not null

),

ordered as (

    select
        known.*,
        row_number() over (
            partition by action_id, lmns_code, baseline_figure_id
            order by step, substring(edition, 1, 7), received_at
        ) as place,
        lag(known_value) over (
            partition by action_id, lmns_code, baseline_figure_id
            order by step, substring(edition, 1, 7), received_at
        ) as known_before
    from known

)

select
    action_id,
    lmns_code,
    baseline_figure_id,
    cast(place as integer) as place,
    edition,
    known_before as was,
    known_value as became
from ordered
where abs(known_value - known_before) > 0.000000001
