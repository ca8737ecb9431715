-- Rates of local records standardised directly to the ages of all mothers of the system in the year, by ethnic group
-- and by deprivation. A rate that cannot be standardised is a mark with its reason.
{% set measures = local_measures('birth') | selectattr('standardised', 'defined') | list %}
with aged as (

    select
        organisation_code,
        period_start,
        period_end,
        period_window,
        file_id,
        grouped_by,
        case
            when grouped_by in ('ethnicity_age', 'deprivation_quintile_age') then {{ local_vocabulary('grouped_by') }}
        end as vocabulary,
        case
            when grouped_by = 'ethnicity_age' then ethnicity
            when grouped_by = 'deprivation_quintile_age' then deprivation_quintile
        end as group_code,
        case
            when age in ('A_U20', 'A20_24') then 'under 25'
            when age = 'A25_29' then '25 to 29'
            when age = 'A30_34' then '30 to 34'
            when age in ('A35_39', 'A40_44', 'A45') then '35 and over'
        end as band,
        {%- for measure in measures %}
        {{ measure.name }}_among,
        {{ measure.name }}_events{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_local__birth_period') }}
    where
        grouped_by in ('age', 'ethnicity_age', 'deprivation_quintile_age')
        and organisation_level = 'lmns'
        and period_kind = 'year'

),

long as (

    {% for measure in measures %}
    select
        '{{ measure.name }}' as measure_name,
        organisation_code,
        period_start,
        period_end,
        period_window,
        file_id,
        grouped_by,
        vocabulary,
        group_code,
        band,
        sum({{ measure.name }}_events) as events,
        sum({{ measure.name }}_among) as people
    from aged
    where band is not null
    group by
        organisation_code, period_start, period_end, period_window, file_id, grouped_by, vocabulary, group_code, band
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- every group has every band, with nobody in it where there is none
rate_key as (

    select distinct
        grouped.measure_name,
        grouped.organisation_code,
        grouped.period_start,
        grouped.period_end,
        grouped.period_window,
        grouped.file_id,
        grouped.vocabulary,
        grouped.group_code,
        standard.band,
        standard.people as standard_people
    from long as grouped
    inner join long as standard
        on
            grouped.measure_name = standard.measure_name
            and grouped.organisation_code = standard.organisation_code
            and grouped.period_start = standard.period_start
            and standard.grouped_by = 'age'
    where grouped.grouped_by <> 'age'

),

stratum as (

    select
        rate_key.*,
        coalesce(long.events, 0) as x,
        coalesce(long.people, 0) as n,
        rate_key.standard_people as weight
    from rate_key
    left join long
        on
            rate_key.measure_name = long.measure_name
            and rate_key.organisation_code = long.organisation_code
            and rate_key.period_start = long.period_start
            and rate_key.vocabulary = long.vocabulary
            and rate_key.group_code = long.group_code
            and rate_key.band = long.band

),

standardised as (

    {{ directly_standardised_rate('stratum', [
        'measure_name', 'organisation_code', 'period_start', 'period_end', 'period_window', 'file_id', 'vocabulary', 'group_code'
    ]) }}

),

every_part as (

    {% for part, column in [('Value', 'value'), ('Lower 95', 'lower_95'), ('Upper 95', 'upper_95')] %}
    select
        standardised.*,
        '{{ part }}' as part,
        {{ column }} as part_value
    from standardised
    {{ "where reason is null" if part != 'Value' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- a rate is in the unit of its metric
scaled as (

    select
        every_part.*,
        metric.multiplier * every_part.part_value as scaled_value
    from every_part
    inner join {{ ref('metrics') }} as metric
        on metric.metric_id = concat('local_', every_part.measure_name, '_standardised')

)

select
    'local' as source_id,
    'local__maternity_birth' as table_name,
    scaled.file_id,
    cast(null as bigint) as row_number,
    scaled.organisation_code,
    'lmns' as organisation_level,
    'provider' as organisation_role,
    scaled.period_start,
    scaled.period_end,
    scaled.period_window,
    'final' as release,
    concat('local_year.', scaled.measure_name, '_standardised') as concept,
    scaled.part,
    scaled.vocabulary,
    label.native_label as native_group,
    cast(null as varchar) as vocabulary_2,
    cast(null as varchar) as native_group_2,
    'rate' as measure,
    scaled.scaled_value as value,
    scaled.scaled_value as value_low,
    scaled.scaled_value as value_high,
    case when scaled.reason is not null then '[x]' end as mark,
    case when scaled.reason is not null then concat('Not standardised by age: ', scaled.reason, '.') end as caveat
from scaled
left join {{ ref('labels') }} as label
    on
        scaled.vocabulary = label.vocabulary
        and scaled.group_code = label.group_code
