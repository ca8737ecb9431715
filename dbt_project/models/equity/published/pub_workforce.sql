-- A year of staff is named as a year, anything else by its months.
{%- set window -%}
case
    when extract(month from workforce.period_start) = 4 and {{ dbt.datediff('workforce.period_start', 'workforce.period_end', 'month') }} = 11
        then 'financial_year'
    when extract(month from workforce.period_start) = 1 and {{ dbt.datediff('workforce.period_start', 'workforce.period_end', 'month') }} = 11
        then 'calendar_year'
    else 'month'
end
{%- endset %}
{%- set reference_window = window | replace("workforce.period_", "workforce.reference_period_") %}
select
    workforce.figure_id,
    workforce.lmns_code,
    lmns.lmns_name,
    workforce.organisation_code,
    workforce.organisation_level,
    organisation.organisation_name,
    workforce.period_start,
    workforce.period_end,
    {{ period_label('workforce.period_start', 'workforce.period_end', window) }} as period_label,
    workforce.measure_id,
    measure.measure_name,
    measure.question,
    measure.form,
    workforce.wres_indicator,
    workforce.survey_question,
    workforce.staff_group,
    staff_groups.staff_group_name,
    staff_groups.staff_group_order,
    workforce.band,
    bands.band_name,
    bands.band_order,
    workforce.dimension,
    workforce.group_code,
    case when workforce.dimension = 'total' then 'Everybody' else strata.group_name end as group_name,
    coalesce(strata.group_order, 0) as group_order,
    workforce.native_group,
    workforce.numerator,
    workforce.denominator,
    case when workforce.protection is null then 1 else {{ protected_decimals('workforce.denominator', '1') }} end as decimals,
    {{ at_decimals('workforce.value', protected_decimals('workforce.denominator', '1'), 'workforce.protection is not null') }} as value,
    {{ at_decimals('workforce.lower_95', protected_decimals('workforce.denominator', '1'), 'workforce.protection is not null') }} as lower_95,
    {{ at_decimals('workforce.upper_95', protected_decimals('workforce.denominator', '1'), 'workforce.protection is not null') }} as upper_95,
    workforce.comparison,
    workforce.reference_group,
    reference_strata.group_name as reference_group_name,
    workforce.reference_period_start,
    workforce.reference_period_end,
    case
        when workforce.reference_period_start is not null
            then {{ period_label('workforce.reference_period_start', 'workforce.reference_period_end', reference_window) }}
    end as reference_period_label,
    {{ at_decimals('workforce.reference_value', protected_decimals('workforce.denominator', '1'), 'workforce.protection is not null') }} as reference_value,
    {{ at_decimals('workforce.difference', protected_decimals('workforce.denominator', '1'), 'workforce.protection is not null') }} as difference,
    {{ at_decimals('workforce.difference_lower_95', protected_decimals('workforce.denominator', '1'), 'workforce.protection is not null') }} as difference_lower_95,
    {{ at_decimals('workforce.difference_upper_95', protected_decimals('workforce.denominator', '1'), 'workforce.protection is not null') }} as difference_upper_95,
    workforce.ratio_of,
    {{ at_two_figures('workforce.ratio', 'workforce.protection is not null') }} as ratio,
    {{ at_two_figures('workforce.ratio_lower_95', 'workforce.protection is not null') }} as ratio_lower_95,
    {{ at_two_figures('workforce.ratio_upper_95', 'workforce.protection is not null') }} as ratio_upper_95,
    workforce.direction,
    workforce.screening,
    workforce.screening_note,
    workforce.printed_check,
    workforce.p_value,
    workforce.q_value,
    workforce.verdict,
    workforce.verdict_reason,
    workforce.mark,
    workforce.caveat,
    workforce.protection,
    workforce.numerator_status,
    workforce.denominator_status,
    workforce.source_id,
    workforce.file_id as file_sha256,
    register.is_synthetic,
    workforce.mothers_figure_id
from {{ ref('fct_workforce') }} as workforce
inner join {{ ref('staff_measures') }} as measure
    on workforce.measure_id = measure.measure_id
inner join {{ ref('staff_groups') }} as staff_groups
    on workforce.staff_group = staff_groups.staff_group
inner join {{ ref('staff_bands') }} as bands
    on workforce.band = bands.band
left join {{ ref('strata') }} as strata
    on
        workforce.dimension = strata.dimension
        and workforce.group_code = strata.group_code
left join {{ ref('strata') }} as reference_strata
    on
        reference_strata.dimension = case when workforce.comparison = 'white staff' then 'ethnicity' else workforce.dimension end
        and workforce.reference_group = reference_strata.group_code
left join (
    select
        organisation_level,
        organisation_code,
        max(organisation_name) as organisation_name
    from {{ ref('dim_organisation') }}
    group by organisation_level, organisation_code
) as organisation
    on
        workforce.organisation_level = organisation.organisation_level
        and workforce.organisation_code = organisation.organisation_code
left join (
    select
        lmns_code,
        max(lmns_name) as lmns_name
    from {{ ref('dim_lmns') }}
    group by lmns_code
) as lmns
    on workforce.lmns_code = lmns.lmns_code
left join {{ source('register', 'file_register') }} as register
    on workforce.file_id = register.file_id
