-- One row a figure: a metric for one organisation, period and group. Numerators and denominators
-- are the parts that seeds/metrics.csv names; the value is the publisher's own where there is one.
with summed as (

    select
        metric_id,
        component_role,
        kind,
        min(source_id) as source_id,
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

),

valued as (

    select
        paired.*,
        case
            when kind = 'count' then numerator
            when published_value is not null then published_value
            -- the publisher withheld the rate: its counts do not bring it back
            when mark is not null then null
            when kind in ('proportion', 'composition', 'rate') and denominator > 0
                then multiplier * numerator / denominator
        end as value,
        -- the counts that rounding allows: fewest of the most, and most of the fewest
        case when numerator_low is not null and denominator_high is not null then least(numerator_low, denominator_high) end as fewest,
        case
            when kind = 'rate' then numerator_high
            when numerator_high is not null and denominator_low is not null then least(numerator_high, denominator_low)
        end as most
    from paired

),

limited as (

    select
        valued.*,
        case
            when value is null or kind in ('count', 'value') or denominator is null then published_lower
            when kind = 'rate' then multiplier * ({{ poisson_lower('fewest', '95') }}) / nullif(denominator_high, 0)
            else multiplier * ({{ wilson_lower('fewest', 'denominator_high') }})
        end as lower_95,
        case
            when value is null or kind in ('count', 'value') or denominator is null then published_upper
            when kind = 'rate' then multiplier * ({{ poisson_upper('most', '95') }}) / nullif(denominator_low, 0)
            else multiplier * ({{ wilson_upper('most', 'denominator_low') }})
        end as upper_95,
        case
            when value is null or kind in ('count', 'value') then null
            when kind = 'rate' then multiplier * ({{ poisson_lower('fewest', '998') }}) / nullif(denominator_high, 0)
            else multiplier * ({{ wilson_lower('fewest', 'denominator_high', z_998()) }})
        end as lower_998,
        case
            when value is null or kind in ('count', 'value') then null
            when kind = 'rate' then multiplier * ({{ poisson_upper('most', '998') }}) / nullif(denominator_low, 0)
            else multiplier * ({{ wilson_upper('most', 'denominator_low', z_998()) }})
        end as upper_998
    from valued

)

select
    {{ figure_id('mv', [
        'limited.metric_id', 'limited.organisation_level', 'limited.organisation_code', 'limited.organisation_role',
        'limited.period_start', 'limited.period_end', 'limited.dimension', 'limited.group_code', 'limited.vocabulary',
    ]) }} as figure_id,
    limited.metric_id,
    limited.organisation_code,
    limited.organisation_level,
    limited.organisation_role,
    limited.lmns_code,
    limited.period_start,
    limited.period_end,
    limited.period_window,
    limited.release,
    limited.dimension,
    limited.group_code,
    limited.vocabulary,
    limited.native_group,
    limited.native_group_2,
    limited.is_derived,
    limited.numerator,
    limited.numerator_low,
    limited.numerator_high,
    limited.denominator,
    limited.denominator_low,
    limited.denominator_high,
    limited.value,
    -- an interval always holds the published value, whose own rounding can lie a hair outside; a figure without
    -- limits keeps none, since least and greatest pass over NULL
    case when limited.lower_95 is not null then least(limited.lower_95, limited.value) end as lower_95,
    case when limited.upper_95 is not null then greatest(limited.upper_95, limited.value) end as upper_95,
    case when limited.lower_998 is not null then least(limited.lower_998, limited.value) end as lower_998,
    case when limited.upper_998 is not null then greatest(limited.upper_998, limited.value) end as upper_998,
    england.value as england_value,
    case
        when limited.value is not null then null
        when limited.mark is not null then limited.mark
        else '[x]'
    end as mark,
    limited.caveat,
    limited.source_id,
    limited.file_id
from limited
left join limited as england
    on
        england.organisation_level = 'national'
        and england.organisation_code = 'E92000001'
        and limited.metric_id = england.metric_id
        and limited.period_start = england.period_start
        and limited.period_end = england.period_end
        and limited.dimension = england.dimension
        and limited.group_code = england.group_code
        and coalesce(limited.vocabulary, '') = coalesce(england.vocabulary, '')
