-- Hashes of keys that more than one row of the local files has: rows without one of them need no further look.
select
    'record' as key_kind,
    record_hash as key_hash
from {{ ref('int_local_held') }}
group by record_hash
having count(*) > 1
union all
select
    'event' as key_kind,
    event_hash as key_hash
from {{ ref('int_local_held') }}
where event_hash is not null
group by event_hash
having count(*) > 1
