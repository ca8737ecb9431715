select
    metric_value.figure_id,
    metric_value.lmns_code,
    lmns.lmns_name,
    metric_value.metric_id,
    metric.metric_name,
    metric.domain,
    metric_value.organisation_code,
    metric_value.organisation_level,
    metric_value.period_start,
    metric_value.period_end,
    metric_value.release,
    metric_value.dimension,
    metric_value.group_code,
    {{ group_name('metric_value', 'strata') }} as group_name,
    metric_value.native_group,
    vocabularies.classification,
    metric_value.numerator,
    metric_value.denominator,
    {{ at_decimals('metric_value.value', shown_decimals('metric_value', 'metric'), 'metric_value.protection is not null') }} as value,
    metric.unit,
    {{ at_decimals('metric_value.lower_95', shown_decimals('metric_value', 'metric'), 'metric_value.protection is not null') }} as lower_95,
    {{ at_decimals('metric_value.upper_95', shown_decimals('metric_value', 'metric'), 'metric_value.protection is not null') }} as upper_95,
    metric_value.england_value,
    metric_value.mark,
    metric_value.source_id,
    metric_value.file_id as file_sha256,
    metric.question as metric_question,
    metric.kind,
    metric.polarity,
    metric.multiplier,
    {{ shown_decimals('metric_value', 'metric') }} as decimals,
    metric.decimals as england_decimals,
    metric_value.period_window,
    {{ period_label('metric_value.period_start', 'metric_value.period_end', 'metric_value.period_window') }} as period_label,
    coalesce(strata.group_order, 0) as group_order,
    coalesce(strata.is_unknown, false) as is_unknown,
    coalesce(strata.is_fixed_reference, false) as is_reference,
    metric_value.is_derived,
    {{ at_decimals('metric_value.lower_998', shown_decimals('metric_value', 'metric'), 'metric_value.protection is not null') }} as lower_998,
    {{ at_decimals('metric_value.upper_998', shown_decimals('metric_value', 'metric'), 'metric_value.protection is not null') }} as upper_998,
    metric_value.numerator_low,
    metric_value.numerator_high,
    metric_value.denominator_low,
    metric_value.denominator_high,
    case
        when metric_value.caveat is not null and register.last_fetch is not null
            then concat(metric_value.caveat, ' ', register.last_fetch)
        else coalesce(metric_value.caveat, register.last_fetch)
    end as caveat,
    vocabularies.edition as classification_edition,
    vocabularies.whose as classified_person,
    organisation.organisation_name,
    metric_value.organisation_role,
    coalesce(metric_value.mark = '[c]', false) as suppressed,
    metric_value.vocabulary,
    metric_value.protection,
    metric_value.numerator_status,
    metric_value.denominator_status,
    metric_value.needs_review,
    register.is_synthetic,
    register.publisher,
    register.publication,
    register.file_name
from {{ ref('fct_metric_value') }} as metric_value
inner join {{ ref('metrics') }} as metric
    on metric_value.metric_id = metric.metric_id
left join {{ ref('strata') }} as strata
    on
        metric_value.dimension = strata.dimension
        and metric_value.group_code = strata.group_code
left join {{ ref('vocabularies') }} as vocabularies
    on metric_value.vocabulary = vocabularies.vocabulary
left join (
    select
        organisation_level,
        organisation_code,
        max(organisation_name) as organisation_name
    from {{ ref('dim_organisation') }}
    group by organisation_level, organisation_code
) as organisation
    on
        metric_value.organisation_level = organisation.organisation_level
        and metric_value.organisation_code = organisation.organisation_code
left join (
    select
        lmns_code,
        max(lmns_name) as lmns_name
    from {{ ref('dim_lmns') }}
    group by lmns_code
) as lmns
    on metric_value.lmns_code = lmns.lmns_code
left join {{ source('register', 'file_register') }} as register
    on metric_value.file_id = register.file_id
where metric_value.organisation_level in ('national', 'region', 'lmns', 'provider', 'council')
