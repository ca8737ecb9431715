-- Observations of local records: exact counts, so that what is left open is nothing. A count has no row number of its
-- own: the rows behind it are in int_local_row.
{% set tables = {
    'booking': 'local__maternity_booking', 'birth': 'local__maternity_birth', 'referral': 'local__perinatal_mental_health'
} %}
with every_part as (

    {% for record, table in tables.items() %}
    {% for measure in local_measures(record) %}
    {% for part, column in [('Numerator', 'events'), ('Denominator', 'among')] if measure.event is defined or part == 'Denominator' %}
    select
        '{{ table }}' as table_name,
        file_id,
        organisation_code,
        organisation_level,
        period_start,
        period_end,
        period_window,
        months_in_period,
        months_held,
        concat('local_', period_kind, '.{{ measure.name }}') as concept,
        '{{ part if measure.event is defined else 'Count' }}' as part,
        grouped_by,
        ethnicity,
        ethnicity_detailed,
        imd_edition,
        deprivation_quintile,
        age,
        language,
        interpreter,
        {{ measure.name }}_{{ column }} as value
    from {{ ref('int_local__' ~ record ~ '_period') }}
    where
        period_kind {{ "= 'pool'" if measure.get('window') == 'pool' else "in ('month', 'year')" }}
        and grouped_by not in ('ethnicity_age', 'deprivation_quintile_age')
        and {{ measure.name }}_among > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

grouped as (

    select
        every_part.*,
        {{ local_vocabulary('grouped_by') }} as vocabulary,
        case
            when grouped_by in ('ethnicity', 'ethnicity_deprivation_quintile') then ethnicity
            when grouped_by = 'ethnicity_detailed' then ethnicity_detailed
            when grouped_by = 'deprivation_quintile' then deprivation_quintile
            when grouped_by = 'age' then age
            when grouped_by = 'language' then language
            when grouped_by = 'interpreter' then interpreter
        end as group_code,
        case when grouped_by = 'ethnicity_deprivation_quintile' then {{ local_imd_vocabulary() }} end as vocabulary_2,
        case when grouped_by = 'ethnicity_deprivation_quintile' then deprivation_quintile end as group_code_2
    from every_part

)

select
    'local' as source_id,
    grouped.table_name,
    grouped.file_id,
    cast(null as bigint) as row_number,
    grouped.organisation_code,
    grouped.organisation_level,
    'provider' as organisation_role,
    grouped.period_start,
    grouped.period_end,
    grouped.period_window,
    'final' as release,
    grouped.concept,
    grouped.part,
    grouped.vocabulary,
    label.native_label as native_group,
    grouped.vocabulary_2,
    label_2.native_label as native_group_2,
    'count' as measure,
    cast(grouped.value as double) as value,
    cast(grouped.value as double) as value_low,
    cast(grouped.value as double) as value_high,
    cast(null as varchar) as mark,
    case
        when grouped.months_held < grouped.months_in_period then concat(
            'Records of ', cast(grouped.months_held as varchar), ' of the ', cast(grouped.months_in_period as varchar),
            ' months are held.'
        )
    end as caveat
from grouped
left join {{ ref('labels') }} as label
    on
        grouped.vocabulary = label.vocabulary
        and grouped.group_code = label.group_code
left join {{ ref('labels') }} as label_2
    on
        grouped.vocabulary_2 = label_2.vocabulary
        and grouped.group_code_2 = label_2.group_code
where
    -- people of whom one of the two is not known stand in each dimension by itself
    grouped.vocabulary_2 is null
    or (label.known and label_2.known)
