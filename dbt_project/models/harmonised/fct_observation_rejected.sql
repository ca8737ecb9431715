select
    source_id,
    table_name,
    file_id,
    row_number,
    concept,
    part,
    organisation_level,
    published_organisation_code,
    problem,
    problem_label,
    case problem
        when 'unknown organisation' then concat(
            'The ', organisation_level, ' code ', problem_label, ' is on no register. If it is right, add it to '
            'seeds/providers.csv (or seeds/lmns.csv, seeds/regions.csv) with its source.'
        )
        when 'unknown label' then concat(
            'The label "', problem_label, '" has no group. If the publisher has added it, add a row to seeds/labels.csv.'
        )
        when 'no organisation' then concat(
            'The row has no organisation. If it counts areas, no look-up says which system they lie in: put the ONS '
            'look-up from LSOA 2021 to integrated care board in the input folder.'
        )
        when 'unknown organisation level' then 'The level of the organisation is not one this source is known to publish.'
        when 'no period' then 'The row has no period that can be read as dates.'
        else 'The row has neither a number nor a mark that the source declares.'
    end as what_to_do
from {{ ref('int_observation') }}
where problem is not null
