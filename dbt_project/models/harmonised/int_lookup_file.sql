-- Files without observations of their own that decide what the figures of a source are: for the census, which
-- system an area lies in and how deprived it is. A source that needs a look-up joins this list.
select
    'census' as source_id,
    'look-up of areas to systems' as purpose,
    newest.file_id
from ({{ newest_file(ref('stg_deprivation__area_icb'), ['lookup_year']) }}) as newest
union all
select
    'census' as source_id,
    'deprivation of areas' as purpose,
    newest.file_id
from ({{ newest_file(ref('stg_deprivation__imd_2025')) }}) as newest
