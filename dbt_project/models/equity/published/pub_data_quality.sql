select
    data_quality.figure_id,
    data_quality.lmns_code,
    data_quality.source_id,
    data_quality.organisation_code,
    data_quality.item,
    data_quality.measure,
    data_quality.value,
    data_quality.numerator,
    data_quality.denominator,
    data_quality.period_start,
    data_quality.period_end,
    data_quality.verdict,
    data_quality.organisation_level,
    organisation.organisation_name,
    data_quality.detail
from {{ ref('fct_data_quality') }} as data_quality
left join (
    select
        organisation_level,
        organisation_code,
        max(organisation_name) as organisation_name
    from {{ ref('dim_organisation') }}
    group by organisation_level, organisation_code
) as organisation
    on
        data_quality.organisation_level = organisation.organisation_level
        and data_quality.organisation_code = organisation.organisation_code
