select
    data_quality.figure_id,
    data_quality.lmns_code,
    data_quality.source_id,
    data_quality.organisation_code,
    data_quality.item,
    data_quality.measure,
    case
        when not {{ needs_protection('data_quality.source_id') }} then data_quality.value
        when
            data_quality.measure like 'beside the published figure%'
            or data_quality.measure like 'share beside that of residents%'
            or data_quality.measure = 'records beside those of another month'
            then {{ two_figures('data_quality.value') }}
        -- a share has as many decimals as its percentage, and two more
        when data_quality.denominator >= {{ var('protection')['one_decimal_from'] }} then round(data_quality.value, 3)
        else round(data_quality.value, 2)
    end as value,
    data_quality.numerator,
    data_quality.denominator,
    data_quality.period_start,
    data_quality.period_end,
    data_quality.verdict,
    data_quality.organisation_level,
    coalesce(organisation.organisation_name, supplier.supplier_name) as organisation_name,
    data_quality.detail,
    case
        when {{ needs_protection('data_quality.source_id') }} then {{ protected_decimals('data_quality.denominator', '1') }}
        else 1
    end as decimals,
    case
        when data_quality.numerator_of is null then null
        when data_quality.numerator is null then '[c]'
        when data_quality.denominator < {{ var('protection')['sure_from'] }} then '[u]'
    end as mark,
    data_quality.numerator_of,
    data_quality.denominator_of,
    data_quality.numerator_status,
    data_quality.denominator_status,
    data_quality.protection,
    data_quality.compared_metric_id,
    data_quality.compared_dimension
from {{ ref('fct_data_quality') }} as data_quality
{{ with_organisation('data_quality') }}
