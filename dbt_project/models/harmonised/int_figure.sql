-- One row a figure: what its metric counts, from the parts that seeds/metrics.csv names. Counts are exact
-- where records were supplied, so nothing but int_figure_protected reads this.
with summed as (

    select
        metric_id,
        component_role,
        kind,
        min(source_id) as source_id,
        max(case when {{ needs_protection('source_id') }} then 1 else 0 end) as needs_protection,
        min(file_id) as file_id,
        organisation_code,
        organisation_level,
        organisation_role,
        max(lmns_code) as lmns_code,
        period_start,
        period_end,
        min(period_window) as period_window,
        min(release) as first_release,
        max(release) as last_release,
        dimension,
        group_code,
        max(case when is_derived then 1 else 0 end) = 1 as is_derived,
        vocabulary,
        max(native_group) as native_group,
        max(native_group_2) as native_group_2,
        case when count(value) = count(*) then sum(value) end as value,
        case when count(value) = count(*) then sum(value_low) end as value_low,
        case when count(value) = count(*) then sum(value_high) end as value_high,
        max(mark) as mark,
        max(caveat) as caveat
    from {{ ref('int_metric_observation') }}
    group by
        metric_id, component_role, kind, organisation_code, organisation_level, organisation_role,
        period_start, period_end, dimension, group_code, vocabulary

),

counted as (

    select distinct
        metric_id,
        organisation_level,
        period_start,
        period_end,
        dimension
    from summed
    where component_role <> 'denominator'

),

figure_key as (

    select distinct
        summed.metric_id,
        summed.organisation_code,
        summed.organisation_level,
        summed.organisation_role,
        summed.period_start,
        summed.period_end,
        summed.dimension,
        summed.group_code,
        summed.vocabulary
    from summed
    inner join {{ ref('metrics') }} as metric
        on summed.metric_id = metric.metric_id
    left join counted
        on
            summed.metric_id = counted.metric_id
            and summed.organisation_level = counted.organisation_level
            and summed.period_start = counted.period_start
            and summed.period_end = counted.period_end
            and summed.dimension = counted.dimension
    where
        (summed.kind <> 'composition' or summed.component_role = 'numerator')
        -- people without anything counted among them at that level are no figure, unless no row means zero
        and (counted.metric_id is not null or metric.absent_is_zero)

),

paired as (

    select
        figure_key.*,
        metric.kind,
        metric.multiplier,
        coalesce(numerator.source_id, denominator.source_id, published.source_id) as source_id,
        greatest(
            coalesce(numerator.needs_protection, 0), coalesce(denominator.needs_protection, 0),
            coalesce(published.needs_protection, 0)
        ) = 1 as needs_protection,
        coalesce(numerator.file_id, denominator.file_id, published.file_id) as file_id,
        coalesce(numerator.lmns_code, denominator.lmns_code, published.lmns_code) as lmns_code,
        coalesce(numerator.period_window, denominator.period_window, published.period_window) as period_window,
        case
            when 'provisional' in (
                coalesce(numerator.last_release, 'final'), coalesce(denominator.last_release, 'final'),
                coalesce(published.last_release, 'final')
            ) then 'provisional'
            else 'final'
        end as release,
        coalesce(numerator.is_derived, denominator.is_derived, false) as is_derived,
        coalesce(numerator.native_group, denominator.native_group, published.native_group) as native_group,
        coalesce(numerator.native_group_2, denominator.native_group_2, published.native_group_2) as native_group_2,
        -- this publisher leaves out rows of zero: no row beside others of the same measure is a zero
        case
            when numerator.metric_id is null and metric.absent_is_zero and denominator.value is not null then 0
            else numerator.value
        end as numerator,
        case
            when numerator.metric_id is null and metric.absent_is_zero and denominator.value is not null then 0
            else numerator.value_low
        end as numerator_low,
        case
            when numerator.metric_id is null and metric.absent_is_zero and denominator.value is not null then 0
            else numerator.value_high
        end as numerator_high,
        denominator.value as denominator,
        denominator.value_low as denominator_low,
        denominator.value_high as denominator_high,
        published.value as published_value,
        published_lower.value as published_lower,
        published_upper.value as published_upper,
        case
            when published.mark is not null then published.mark
            when numerator.mark is not null then numerator.mark
            else denominator.mark
        end as mark,
        coalesce(published.caveat, numerator.caveat, denominator.caveat) as caveat
    from figure_key
    inner join {{ ref('metrics') }} as metric
        on figure_key.metric_id = metric.metric_id
    {% for role in ['numerator', 'published', 'published_lower', 'published_upper'] %}
    left join summed as {{ role }}
        on
            {{ role }}.component_role = '{{ role }}'
            and figure_key.metric_id = {{ role }}.metric_id
            and figure_key.organisation_code = {{ role }}.organisation_code
            and figure_key.organisation_level = {{ role }}.organisation_level
            and figure_key.organisation_role = {{ role }}.organisation_role
            and figure_key.period_start = {{ role }}.period_start
            and figure_key.period_end = {{ role }}.period_end
            and figure_key.dimension = {{ role }}.dimension
            and figure_key.group_code = {{ role }}.group_code
            and coalesce(figure_key.vocabulary, '') = coalesce({{ role }}.vocabulary, '')
    {% endfor %}
    left join summed as denominator
        on
            denominator.component_role = 'denominator'
            and figure_key.metric_id = denominator.metric_id
            and figure_key.organisation_code = denominator.organisation_code
            and figure_key.organisation_level = denominator.organisation_level
            and figure_key.organisation_role = denominator.organisation_role
            and figure_key.period_start = denominator.period_start
            and figure_key.period_end = denominator.period_end
            and (
                (metric.kind = 'composition' and denominator.dimension = 'total')
                or (
                    figure_key.dimension = denominator.dimension
                    and figure_key.group_code = denominator.group_code
                    and coalesce(figure_key.vocabulary, '') = coalesce(denominator.vocabulary, '')
                )
            )

)

select
    metric_id,
    kind,
    multiplier,
    organisation_code,
    organisation_level,
    organisation_role,
    lmns_code,
    period_start,
    period_end,
    period_window,
    release,
    dimension,
    group_code,
    vocabulary,
    native_group,
    native_group_2,
    is_derived,
    numerator,
    numerator_low,
    numerator_high,
    denominator,
    denominator_low,
    denominator_high,
    published_value,
    published_lower,
    published_upper,
    mark,
    caveat,
    source_id,
    file_id,
    needs_protection
from paired
