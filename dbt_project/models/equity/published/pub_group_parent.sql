-- Which groups are parts of which: what a reader can add up, and so what the disclosure audit has to.
select
    dimension,
    group_code,
    target_dimension as parent_dimension,
    target_group as parent_group
from {{ ref('stratum_rollup') }}
union
select
    'ethnicity_detailed' as dimension,
    detailed_group_code as group_code,
    'ethnicity' as parent_dimension,
    group_code as parent_group
from {{ ref('ethnic_category') }}
union
select
    'ethnicity_detailed' as dimension,
    detailed_group_code as group_code,
    'ethnicity' as parent_dimension,
    census_group_code as parent_group
from {{ ref('ethnic_category') }}
