-- Local records beside what is published for the same organisation: women booked and babies born by month, rates with
-- an exact national twin, and who the women booked are, beside the national counts and the people who live in the area.
with local_total as (

    select
        organisation_level,
        organisation_code,
        max(lmns_code) as lmns_code,
        replace(concept, 'local_month.', '') as measure_name,
        period_start as event_month,
        sum(case when part in ('Count', 'Denominator') then value end) as people,
        sum(case when part = 'Numerator' then value end) as events
    from {{ ref('fct_observation') }}
    where
        source_id = 'local'
        and concept like 'local_month.%'
        and dimension = 'total'
    group by organisation_level, organisation_code, concept, period_start

),

published as (

    select
        metric_id,
        organisation_level,
        organisation_code,
        period_start,
        period_end,
        {{ dbt.datediff('period_start', 'period_end', 'month') }} + 1 as months,
        numerator,
        numerator_low,
        numerator_high,
        value,
        lower_95,
        upper_95
    from {{ ref('fct_metric_value') }}
    where
        organisation_role = 'provider'
        and organisation_level in ('lmns', 'provider')
        and dimension = 'total'
        and source_id <> 'local'

),

count_pair as (

    select
        local_total.lmns_code,
        local_total.organisation_level,
        local_total.organisation_code,
        case local_total.measure_name
            when 'bookings' then 'Women booked: local records'
            when 'babies' then 'Babies born: local records'
            else 'Women who gave birth: local records'
        end as item,
        local_total.people,
        published.numerator,
        published.numerator_low,
        published.numerator_high,
        published.period_start,
        published.period_end
    from local_total
    inner join published
        on
            local_total.measure_name = published.metric_id
            and local_total.organisation_level = published.organisation_level
            and local_total.organisation_code = published.organisation_code
            and local_total.event_month = published.period_start
            and published.months = 1
    where
        local_total.measure_name in ('bookings', 'babies', 'deliveries')
        and published.numerator > 0

),

twin_pair as (

    select
        max(local_total.lmns_code) as lmns_code,
        published.organisation_level,
        published.organisation_code,
        published.metric_id,
        published.period_start,
        published.period_end,
        min(metric.metric_name) as metric_name,
        min(national_metric.metric_name) as national_name,
        min(metric.multiplier) as multiplier,
        min(national_metric.multiplier) as national_multiplier,
        min(published.months) as months,
        count(*) as months_held,
        sum(local_total.events) as events,
        sum(local_total.people) as people,
        min(published.value) as published_value,
        min(published.lower_95) as published_lower,
        min(published.upper_95) as published_upper
    from {{ ref('metric_twins') }} as twin
    inner join {{ ref('metrics') }} as metric
        on twin.local_metric = metric.metric_id
    inner join {{ ref('metrics') }} as national_metric
        on twin.national_metric = national_metric.metric_id
    inner join published
        on twin.national_metric = published.metric_id
    inner join local_total
        on
            twin.local_metric = concat('local_', local_total.measure_name)
            and published.organisation_level = local_total.organisation_level
            and published.organisation_code = local_total.organisation_code
            and local_total.event_month between published.period_start and published.period_end
    where
        twin.is_exact
        and published.value is not null
    group by
        published.organisation_level, published.organisation_code, published.metric_id, published.period_start,
        published.period_end

),

booked as (

    select
        lmns_code,
        event_month,
        grouped_by as dimension,
        case grouped_by when 'ethnicity' then ethnicity else deprivation_quintile end as group_code,
        sum(bookings_among) as women
    from {{ ref('int_local__booking_sum') }}
    where grouped_by in ('ethnicity', 'deprivation_quintile')
    group by
        lmns_code, event_month, grouped_by,
        case grouped_by when 'ethnicity' then ethnicity else deprivation_quintile end

),

booked_known as (

    select
        booked.lmns_code,
        booked.event_month,
        booked.dimension,
        booked.group_code,
        strata.group_name,
        booked.women
    from booked
    inner join {{ ref('strata') }} as strata
        on
            booked.dimension = strata.dimension
            and booked.group_code = strata.group_code
    where not strata.is_unknown

),

published_group as (

    select
        share.organisation_code as lmns_code,
        share.period_start as event_month,
        share.dimension,
        share.group_code,
        sum(share.numerator) as women,
        sum(share.numerator_low) as women_low,
        sum(share.numerator_high) as women_high
    from {{ ref('fct_metric_value') }} as share
    inner join {{ ref('strata') }} as strata
        on
            share.dimension = strata.dimension
            and share.group_code = strata.group_code
    where
        share.metric_id = 'bookings_share'
        and share.organisation_level = 'lmns'
        and share.dimension in ('ethnicity', 'deprivation_quintile')
        and share.numerator is not null
        and not strata.is_unknown
    group by share.organisation_code, share.period_start, share.dimension, share.group_code

),

-- months that both have
common_month as (

    select distinct
        booked_known.lmns_code,
        booked_known.dimension,
        booked_known.event_month
    from booked_known
    inner join published_group
        on
            booked_known.lmns_code = published_group.lmns_code
            and booked_known.dimension = published_group.dimension
            and booked_known.event_month = published_group.event_month

),

mix_local as (

    select
        booked_known.lmns_code,
        booked_known.dimension,
        booked_known.group_code,
        min(booked_known.group_name) as group_name,
        sum(booked_known.women) as women
    from booked_known
    inner join common_month
        on
            booked_known.lmns_code = common_month.lmns_code
            and booked_known.dimension = common_month.dimension
            and booked_known.event_month = common_month.event_month
    group by booked_known.lmns_code, booked_known.dimension, booked_known.group_code

),

mix_published as (

    select
        published_group.lmns_code,
        published_group.dimension,
        published_group.group_code,
        sum(published_group.women) as women,
        sum(published_group.women_low) as women_low,
        sum(published_group.women_high) as women_high
    from published_group
    inner join common_month
        on
            published_group.lmns_code = common_month.lmns_code
            and published_group.dimension = common_month.dimension
            and published_group.event_month = common_month.event_month
    group by published_group.lmns_code, published_group.dimension, published_group.group_code

),

mix_period as (

    select
        lmns_code,
        dimension,
        min(event_month) as first_month,
        max(event_month) as last_month
    from common_month
    group by lmns_code, dimension

),

mix_pair as (

    select
        mix_local.lmns_code,
        mix_local.dimension,
        mix_local.group_name,
        mix_period.first_month,
        mix_period.last_month,
        mix_local.women,
        sum(mix_local.women) over (partition by mix_local.lmns_code, mix_local.dimension) as women_in_all,
        mix_published.women as published_women,
        mix_published.women_low,
        mix_published.women_high,
        sum(mix_published.women) over (partition by mix_local.lmns_code, mix_local.dimension) as published_in_all,
        sum(mix_published.women_low) over (partition by mix_local.lmns_code, mix_local.dimension) as published_in_all_low,
        sum(mix_published.women_high) over (partition by mix_local.lmns_code, mix_local.dimension) as published_in_all_high
    from mix_local
    inner join mix_period
        on
            mix_local.lmns_code = mix_period.lmns_code
            and mix_local.dimension = mix_period.dimension
    inner join mix_published
        on
            mix_local.lmns_code = mix_published.lmns_code
            and mix_local.dimension = mix_published.dimension
            and mix_local.group_code = mix_published.group_code

),

-- ethnic groups that hold the same people in both code lists; quintiles as they are
resident_group as (

    select
        metric_value.organisation_code as lmns_code,
        metric_value.dimension,
        coalesce(comparable.group_name, strata.group_name) as group_name,
        sum(metric_value.numerator) as people
    from {{ ref('fct_metric_value') }} as metric_value
    inner join {{ ref('strata') }} as strata
        on
            metric_value.dimension = strata.dimension
            and metric_value.group_code = strata.group_code
    left join {{ ref('comparable_groups') }} as comparable
        on
            metric_value.vocabulary = comparable.vocabulary
            and metric_value.group_code = comparable.group_code
    where
        metric_value.metric_id = 'population_share'
        and metric_value.organisation_level = 'lmns'
        and metric_value.dimension in ('ethnicity', 'deprivation_quintile')
        and not strata.is_unknown
    group by metric_value.organisation_code, metric_value.dimension, coalesce(comparable.group_name, strata.group_name)

),

booked_group as (

    select
        booked_known.lmns_code,
        booked_known.dimension,
        coalesce(comparable.group_name, booked_known.group_name) as group_name,
        min(booked_known.event_month) as first_month,
        max(booked_known.event_month) as last_month,
        sum(booked_known.women) as women
    from booked_known
    left join {{ ref('comparable_groups') }} as comparable
        on
            comparable.vocabulary = 'msds.ethnic_category'
            and booked_known.dimension = 'ethnicity'
            and booked_known.group_code = comparable.group_code
    group by booked_known.lmns_code, booked_known.dimension, coalesce(comparable.group_name, booked_known.group_name)

),

census_pair as (

    select
        booked_group.lmns_code,
        booked_group.dimension,
        booked_group.group_name,
        min(booked_group.first_month) over (partition by booked_group.lmns_code, booked_group.dimension) as first_month,
        max(booked_group.last_month) over (partition by booked_group.lmns_code, booked_group.dimension) as last_month,
        booked_group.women,
        sum(booked_group.women) over (partition by booked_group.lmns_code, booked_group.dimension) as women_in_all,
        resident_group.people,
        sum(resident_group.people) over (partition by booked_group.lmns_code, booked_group.dimension) as people_in_all
    from booked_group
    inner join resident_group
        on
            booked_group.lmns_code = resident_group.lmns_code
            and booked_group.dimension = resident_group.dimension
            and booked_group.group_name = resident_group.group_name

)

select
    lmns_code,
    organisation_code,
    organisation_level,
    item,
    'beside the published count' as measure,
    people / numerator as value,
    cast(people as double) as numerator,
    numerator as denominator,
    period_start,
    period_end,
    case
        when people between numerator_low and numerator_high then 'good'
        when people between 0.95 * numerator_low and 1.05 * numerator_high then 'good'
        else 'needs attention'
    end as verdict,
    'Good within the publisher''s rounding and 5% for records that came late' as detail
from count_pair
union all
select
    lmns_code,
    organisation_code,
    organisation_level,
    metric_name as item,
    concat('beside the published figure: ', national_name) as measure,
    national_multiplier * events / people - published_value as value,
    cast(events as double) as numerator,
    cast(people as double) as denominator,
    period_start,
    period_end,
    case
        when national_multiplier * events / people between published_lower and published_upper then 'good'
        else 'needs attention'
    end as verdict,
    'Difference in the unit of the published figure; good within its interval for rounding and chance' as detail
from twin_pair
where
    months_held = months
    and people > 0
union all
select
    lmns_code,
    lmns_code as organisation_code,
    'lmns' as organisation_level,
    case dimension when 'ethnicity' then 'Ethnic mix of women booked: local records' else 'Deprivation mix of women booked: local records' end as item,
    concat('share beside the published one: ', group_name) as measure,
    women * 1.0 / women_in_all - published_women / published_in_all as value,
    cast(women as double) as numerator,
    cast(women_in_all as double) as denominator,
    first_month as period_start,
    {{ month_end('last_month') }} as period_end,
    case
        when {{ wilson_upper('women', 'women_in_all') }} < women_low / published_in_all_high then 'needs attention'
        when {{ wilson_lower('women', 'women_in_all') }} > women_high / nullif(published_in_all_low, 0) then 'needs attention'
        else 'good'
    end as verdict,
    'Difference of shares of those known, over the months that both have; beyond rounding and chance it needs attention' as detail
from mix_pair
where published_in_all > 0
union all
select
    lmns_code,
    lmns_code as organisation_code,
    'lmns' as organisation_level,
    case dimension when 'ethnicity' then 'Ethnic mix of women booked: local records' else 'Deprivation mix of women booked: local records' end as item,
    concat('share beside that of residents: ', group_name) as measure,
    women * 1.0 / women_in_all / (people / people_in_all) as value,
    cast(women as double) as numerator,
    cast(women_in_all as double) as denominator,
    first_month as period_start,
    {{ month_end('last_month') }} as period_end,
    case
        when {{ wilson_upper('women', 'women_in_all') }} < 0.5 * people / people_in_all then 'needs attention'
        when {{ wilson_lower('women', 'women_in_all') }} > 2 * people / people_in_all then 'needs attention'
        else 'information'
    end as verdict,
    'Ratio of shares. Residents are of any age, so some difference is expected; below a half or above twice needs attention' as detail
from census_pair
where people > 0
