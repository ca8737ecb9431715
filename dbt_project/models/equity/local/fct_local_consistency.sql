-- Local records beside what is published for the same organisation: women booked and babies born by month, rates with
-- an exact national twin, and who the women booked are, beside the national counts and the people who live in the area.
-- A system is set beside the sum of the published counts of the providers whose records are held in the month; its rates and
-- its residents only where records stand for the whole of it (int_local_coverage).
-- Made from figures that have passed the protection gate; rows of fct_data_quality.
with figure as (

    select
        metric_id,
        source_id,
        organisation_level,
        organisation_code,
        lmns_code,
        period_start,
        period_end,
        {{ dbt.datediff('period_start', 'period_end', 'month') }} + 1 as months,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        denominator_low,
        denominator_high,
        value,
        lower_95,
        upper_95
    from {{ ref('fct_metric_value') }}
    where
        organisation_role = 'provider'
        and organisation_level in ('lmns', 'provider')
        and dimension = 'total'

),

-- the published counts of a provider whose records are held, and their sum for its system
published_count as (

    select
        own.metric_id,
        own.organisation_level,
        own.organisation_code,
        own.lmns_code,
        own.period_start,
        own.period_end,
        published.numerator,
        published.numerator_low,
        published.numerator_high
    from figure as own
    inner join figure as published
        on
            own.metric_id = concat('local_', published.metric_id)
            and own.organisation_level = published.organisation_level
            and own.organisation_code = published.organisation_code
            and own.period_start = published.period_start
            and own.period_end = published.period_end
    where
        own.metric_id in ('local_bookings', 'local_babies', 'local_deliveries')
        and own.organisation_level = 'provider'
        and published.numerator > 0

),

beside as (

    select
        metric_id,
        organisation_level,
        organisation_code,
        period_start,
        period_end,
        numerator,
        numerator_low,
        numerator_high
    from published_count
    union all
    select
        metric_id,
        'lmns' as organisation_level,
        lmns_code as organisation_code,
        period_start,
        period_end,
        sum(numerator) as numerator,
        sum(numerator_low) as numerator_low,
        sum(numerator_high) as numerator_high
    from published_count
    group by metric_id, lmns_code, period_start, period_end

),

count_pair as (

    select
        own.lmns_code,
        own.organisation_level,
        own.organisation_code,
        own.metric_id as compared_metric_id,
        metric.metric_name as item,
        own.numerator,
        own.numerator_low,
        own.numerator_high,
        published.numerator as published,
        published.numerator_low as published_low,
        published.numerator_high as published_high,
        own.period_start,
        own.period_end
    from figure as own
    inner join {{ ref('metrics') }} as metric
        on own.metric_id = metric.metric_id
    inner join beside as published
        on
            own.metric_id = published.metric_id
            and own.organisation_level = published.organisation_level
            and own.organisation_code = published.organisation_code
            and own.period_start = published.period_start
            and own.period_end = published.period_end
    where own.numerator is not null

),

-- months of local records that make up the period of the published figure
twin_pair as (

    select
        max(own.lmns_code) as lmns_code,
        published.organisation_level,
        published.organisation_code,
        published.metric_id,
        published.period_start,
        published.period_end,
        min(own.metric_id) as compared_metric_id,
        min(metric.metric_name) as item,
        min(national_metric.metric_name) as national_name,
        min(national_metric.multiplier) as multiplier,
        min(published.months) as months,
        count(own.numerator) as months_held,
        sum(own.numerator) as numerator,
        sum(own.numerator_low) as numerator_low,
        sum(own.numerator_high) as numerator_high,
        sum(own.denominator) as denominator,
        sum(own.denominator_low) as denominator_low,
        sum(own.denominator_high) as denominator_high,
        min(published.value) as published_value,
        min(published.lower_95) as published_lower,
        min(published.upper_95) as published_upper
    from {{ ref('metric_twins') }} as twin
    inner join {{ ref('metrics') }} as metric
        on twin.local_metric = metric.metric_id
    inner join {{ ref('metrics') }} as national_metric
        on twin.national_metric = national_metric.metric_id
    inner join figure as published
        on twin.national_metric = published.metric_id
    inner join figure as own
        on
            own.metric_id = concat(twin.local_metric, '_month')
            and published.organisation_level = own.organisation_level
            and published.organisation_code = own.organisation_code
            and own.period_start >= published.period_start
            and own.period_end <= published.period_end
    left join {{ ref('int_local_coverage') }} as coverage
        on
            own.organisation_level = 'lmns'
            and own.organisation_code = coverage.lmns_code
            and own.period_start = coverage.period_start
            and own.period_end = coverage.period_end
            and {{ record_of_metric('own.metric_id') }} = coverage.record
    where
        twin.is_exact
        and published.value is not null
        and (own.organisation_level = 'provider' or coverage.is_whole)
    group by
        published.organisation_level, published.organisation_code, published.metric_id, published.period_start,
        published.period_end

),

-- providers and months whose bookings are held
booking_supplied as (

    select
        lmns_code,
        organisation_code,
        period_start,
        period_end
    from figure
    where
        metric_id = 'local_bookings'
        and organisation_level = 'provider'

),

mix as (

    select
        share.metric_id,
        share.source_id,
        share.lmns_code,
        share.period_start,
        share.period_end,
        share.dimension,
        -- ethnic groups that hold the same people in both code lists; quintiles as they are
        coalesce(comparable.group_name, strata.group_name) as group_name,
        share.numerator,
        share.numerator_low,
        share.numerator_high
    from {{ ref('fct_metric_value') }} as share
    inner join {{ ref('strata') }} as strata
        on
            share.dimension = strata.dimension
            and share.group_code = strata.group_code
    left join {{ ref('comparable_groups') }} as comparable
        on
            share.dimension = 'ethnicity'
            and share.group_code = comparable.group_code
            -- the groups of local records are those of the booking counts
            and case when share.source_id = 'local' then 'msds.ethnic_category' else share.vocabulary end = comparable.vocabulary
    left join booking_supplied
        on
            share.organisation_code = booking_supplied.organisation_code
            and share.period_start = booking_supplied.period_start
    where
        (
            (share.metric_id in ('local_bookings_share', 'population_share') and share.organisation_level = 'lmns')
            or (
                share.metric_id = 'bookings_share'
                and share.organisation_level = 'provider'
                and booking_supplied.organisation_code is not null
            )
        )
        and share.dimension in ('ethnicity', 'deprivation_quintile')
        and not strata.is_unknown

),

mix_own as (

    select
        lmns_code,
        period_start,
        period_end,
        dimension,
        group_name,
        case when count(numerator) = count(*) then sum(numerator) end as women,
        sum(numerator_low) as women_low,
        sum(numerator_high) as women_high
    from mix
    where metric_id = 'local_bookings_share'
    group by lmns_code, period_start, period_end, dimension, group_name

),

-- a month that no provider sent is in neither of the two
mix_month as (

    select
        mix_own.lmns_code,
        mix_own.period_start,
        mix_own.period_end,
        count(distinct booking_supplied.period_start) as months_supplied
    from mix_own
    inner join booking_supplied
        on
            mix_own.lmns_code = booking_supplied.lmns_code
            and mix_own.period_start <= booking_supplied.period_start
            and mix_own.period_end >= booking_supplied.period_end
    group by mix_own.lmns_code, mix_own.period_start, mix_own.period_end

),

mix_other as (

    select
        mix_own.lmns_code,
        mix_own.period_start,
        mix_own.dimension,
        mix_own.group_name,
        mix.metric_id,
        count(distinct mix.period_start) as months_held,
        sum(mix.numerator) as people,
        sum(mix.numerator_low) as people_low,
        sum(mix.numerator_high) as people_high
    from mix_own
    inner join mix
        on
            mix_own.lmns_code = mix.lmns_code
            and mix_own.dimension = mix.dimension
            and mix_own.group_name = mix.group_name
            and (
                mix.metric_id = 'population_share'
                or (
                    mix.metric_id = 'bookings_share'
                    and mix.period_start >= mix_own.period_start
                    and mix.period_end <= mix_own.period_end
                )
            )
    group by mix_own.lmns_code, mix_own.period_start, mix_own.dimension, mix_own.group_name, mix.metric_id

),

mix_pair as (

    select
        mix_own.lmns_code,
        mix_own.period_start,
        mix_own.period_end,
        mix_month.months_supplied,
        mix_own.dimension,
        mix_own.group_name,
        mix_own.women,
        mix_own.women_low,
        mix_own.women_high,
        sum(mix_own.women_low) over (partition by mix_own.lmns_code, mix_own.period_start, mix_own.dimension, mix_other.metric_id)
            as all_women_low,
        sum(mix_own.women_high) over (partition by mix_own.lmns_code, mix_own.period_start, mix_own.dimension, mix_other.metric_id)
            as all_women_high,
        sum(mix_own.women) over (partition by mix_own.lmns_code, mix_own.period_start, mix_own.dimension, mix_other.metric_id)
            as all_women,
        mix_other.metric_id,
        mix_other.months_held,
        mix_other.people,
        mix_other.people_low,
        mix_other.people_high,
        sum(mix_other.people) over (partition by mix_own.lmns_code, mix_own.period_start, mix_own.dimension, mix_other.metric_id)
            as all_people,
        sum(mix_other.people_low) over (partition by mix_own.lmns_code, mix_own.period_start, mix_own.dimension, mix_other.metric_id)
            as all_people_low,
        sum(mix_other.people_high) over (partition by mix_own.lmns_code, mix_own.period_start, mix_own.dimension, mix_other.metric_id)
            as all_people_high
    from mix_own
    inner join mix_month
        on
            mix_own.lmns_code = mix_month.lmns_code
            and mix_own.period_start = mix_month.period_start
            and mix_own.period_end = mix_month.period_end
    inner join mix_other
        on
            mix_own.lmns_code = mix_other.lmns_code
            and mix_own.period_start = mix_other.period_start
            and mix_own.dimension = mix_other.dimension
            and mix_own.group_name = mix_other.group_name

),

-- the share of local records with the interval that rounding and chance leave, and the other share with that of rounding
mix_limits as (

    select
        mix_pair.*,
        women / all_women as share,
        {{ wilson_lower('least(women_low, all_women_high)', 'all_women_high') }} as share_lower,
        {{ wilson_upper('least(women_high, all_women_low)', 'all_women_low') }} as share_upper,
        people / all_people as other_share,
        people_low / nullif(all_people_high, 0) as other_lower,
        people_high / nullif(all_people_low, 0) as other_upper
    from mix_pair
    where
        women is not null
        and all_women_low > 0
        and people > 0

)

select
    lmns_code,
    'local' as source_id,
    organisation_code,
    organisation_level,
    item,
    'beside the published count' as measure,
    numerator / published as value,
    numerator,
    published as denominator,
    period_start,
    period_end,
    case
        when numerator_high >= 0.95 * published_low and numerator_low <= 1.05 * published_high then 'good'
        else 'needs attention'
    end as verdict,
    'Good within what rounding leaves open and 5% for records that came late' as detail,
    compared_metric_id,
    'total' as compared_dimension
from count_pair
union all
select
    lmns_code,
    'local' as source_id,
    organisation_code,
    organisation_level,
    item,
    concat('beside the published figure: ', national_name) as measure,
    multiplier * numerator / denominator - published_value as value,
    numerator,
    denominator,
    period_start,
    period_end,
    case
        when
            multiplier * numerator_high / denominator_low >= published_lower
            and multiplier * numerator_low / denominator_high <= published_upper
            then 'good'
        else 'needs attention'
    end as verdict,
    'Difference in the unit of the published figure; good where it is within rounding and chance' as detail,
    compared_metric_id,
    'total' as compared_dimension
from twin_pair
where
    months_held = months
    and denominator_low > 0
union all
select
    lmns_code,
    'local' as source_id,
    lmns_code as organisation_code,
    'lmns' as organisation_level,
    case dimension when 'ethnicity' then 'Ethnic mix of women booked (local records)' else 'Deprivation mix of women booked (local records)' end
        as item,
    concat('share beside the published one: ', group_name) as measure,
    share - other_share as value,
    women as numerator,
    all_women as denominator,
    period_start,
    period_end,
    case when share_upper < other_lower or share_lower > other_upper then 'needs attention' else 'good' end as verdict,
    'Difference of the shares of those known in the same months; beyond rounding and chance it needs attention' as detail,
    'local_bookings_share' as compared_metric_id,
    dimension as compared_dimension
from mix_limits
where
    metric_id = 'bookings_share'
    and months_held = months_supplied
union all
select
    mix_limits.lmns_code,
    'local' as source_id,
    mix_limits.lmns_code as organisation_code,
    'lmns' as organisation_level,
    case dimension when 'ethnicity' then 'Ethnic mix of women booked (local records)' else 'Deprivation mix of women booked (local records)' end
        as item,
    concat('share beside that of residents: ', group_name) as measure,
    share / other_share as value,
    women as numerator,
    all_women as denominator,
    mix_limits.period_start,
    mix_limits.period_end,
    case
        when share_upper < 0.5 * other_share or share_lower > 2 * other_share then 'needs attention'
        else 'information'
    end as verdict,
    'Ratio of the shares. Residents are of any age, so some difference is expected; below a half or above twice needs attention'
        as detail,
    'local_bookings_share' as compared_metric_id,
    dimension as compared_dimension
from mix_limits
inner join {{ ref('int_local_coverage') }} as coverage
    on
        mix_limits.lmns_code = coverage.lmns_code
        and mix_limits.period_start = coverage.period_start
        and mix_limits.period_end = coverage.period_end
        and coverage.record = 'booking'
        and coverage.is_whole
where mix_limits.metric_id = 'population_share'
