-- Facts of one series have one topic, statistic, unit, area and basis: two stillbirth rates that count
-- different births are never on one line.
select
    series_id,
    count(distinct basis) as bases,
    count(distinct concat(topic, '|', statistic, '|', unit, '|', area)) as kinds
from {{ ref('pub_benchmark') }}
group by series_id
having
    count(distinct basis) > 1
    or count(distinct concat(topic, '|', statistic, '|', unit, '|', area)) > 1
