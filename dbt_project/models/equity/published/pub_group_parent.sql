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
-- whom figures of data quality count, by the groups of metrics that they are made of
{% for record in local_records() %}
union
select
    'ethnicity' as dimension,
    group_code,
    'quality' as parent_dimension,
    concat('{{ people_of(record, 'mother_ethnicity=') }}', validity) as parent_group
from {{ ref('ethnic_category') }}
where validity not in ('missing', 'invalid')
union
select
    'ethnicity_detailed' as dimension,
    detailed_group_code as group_code,
    'quality' as parent_dimension,
    '{{ people_of(record, 'mother_ethnicity=valid; any other=yes') }}' as parent_group
from {{ ref('ethnic_category') }}
where is_other
{% for item in local_items(record) if item.dimension %}
union
select
    dimension,
    group_code,
    'quality' as parent_dimension,
    '{{ people_of(record, item.item ~ '=known') | replace("'", "''") }}' as parent_group
from {{ ref('strata') }}
where
    dimension = '{{ item.dimension }}'
    and not is_unknown
{% endfor %}
{% endfor %}
