-- National ambitions as they stand on the day of the newest figure or of the last look-up, whichever is later: the
-- audit has no clock, and an ambition that had run out when it was looked up is not current again with older figures.
with newest as (

    select max(period_end) as newest_end
    from {{ ref('fct_metric_value') }}
    where organisation_level in ('national', 'lmns', 'provider')

)

select
    ambition.ambition_id,
    ambition.topic,
    ambition.metric,
    ambition.value,
    ambition.unit,
    ambition.basis,
    ambition.valid_from,
    ambition.valid_to,
    ambition.successor,
    ambition.state,
    ambition.publication,
    ambition.source_url,
    ambition.verification,
    ambition.checked_on,
    case
        when ambition.verification = 'unverified' then 'not checked'
        when ambition.valid_to < newest.newest_end or ambition.valid_to < ambition.checked_on then 'history'
        else 'current'
    end as standing
from {{ ref('ambitions') }} as ambition
cross join newest
