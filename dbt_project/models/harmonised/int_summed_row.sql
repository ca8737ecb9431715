-- Rows of files that are added up before they are observed, and for whom: the way back to them from a figure, and
-- their place in the accounts. A source that adds rows up joins this list.
select
    summed.table_name,
    summed.file_id,
    summed.row_number,
    summed.organisation_level,
    organisation.organisation_code,
    stratum.dimension,
    stratum.group_code
from {{ ref('int_census__summed_row') }} as summed
left join {{ ref('dim_organisation') }} as organisation
    on
        summed.organisation_level = organisation.organisation_level
        and summed.organisation_code = organisation.published_code
left join {{ ref('dim_stratum') }} as stratum
    on
        stratum.vocabulary = 'imd2025.quintile'
        and {{ fold_label('summed.quintile') }} = stratum.folded_label
union all
select
    table_name,
    file_id,
    row_number,
    'lmns' as organisation_level,
    lmns_code as organisation_code,
    cast(null as varchar) as dimension,
    cast(null as varchar) as group_code
from {{ ref('int_local_row') }}
where
    is_used
    and dataset in ('maternity_booking', 'maternity_birth', 'perinatal_mental_health')
