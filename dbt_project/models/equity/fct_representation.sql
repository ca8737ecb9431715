-- Whether a group is as large among the women booked as among the people who live in the area. Only groups that hold
-- the same people in both code lists (seeds/comparable_groups.csv): Chinese women are under any other ethnic group in
-- booking counts and Asian in the census, so Asian, Chinese and any other are one group here.
with booking as (

    select
        metric_value.lmns_code,
        metric_value.organisation_code,
        metric_value.organisation_level,
        metric_value.period_start,
        metric_value.period_end,
        metric_value.release,
        metric_value.vocabulary,
        metric_value.group_code,
        metric_value.numerator,
        metric_value.numerator_low,
        metric_value.numerator_high,
        metric_value.file_id
    from {{ ref('fct_metric_value') }} as metric_value
    inner join {{ ref('strata') }} as strata
        on
            metric_value.dimension = strata.dimension
            and metric_value.group_code = strata.group_code
    where
        metric_value.metric_id = 'bookings_share'
        and metric_value.dimension = 'ethnicity'
        and metric_value.organisation_level in ('lmns', 'national')
        and metric_value.numerator is not null
        and not strata.is_unknown

),

stated as (

    select
        max(lmns_code) as lmns_code,
        organisation_code,
        organisation_level,
        period_start,
        period_end,
        max(release) as release,
        sum(numerator) as women,
        sum(numerator_low) as women_low,
        sum(numerator_high) as women_high,
        max(file_id) as file_id
    from booking
    group by organisation_code, organisation_level, period_start, period_end

),

booked_group as (

    select
        booking.organisation_code,
        booking.organisation_level,
        booking.period_start,
        booking.period_end,
        comparable.comparable_group,
        sum(booking.numerator) as women,
        sum(booking.numerator_low) as women_low,
        sum(booking.numerator_high) as women_high
    from booking
    inner join {{ ref('comparable_groups') }} as comparable
        on
            booking.vocabulary = comparable.vocabulary
            and booking.group_code = comparable.group_code
    group by
        booking.organisation_code, booking.organisation_level, booking.period_start, booking.period_end,
        comparable.comparable_group

),

resident_group as (

    select
        metric_value.organisation_code,
        metric_value.organisation_level,
        comparable.comparable_group,
        max(comparable.group_name) as group_name,
        max(comparable.group_order) as group_order,
        sum(metric_value.numerator) as people,
        max(metric_value.denominator) as people_in_all,
        max(metric_value.file_id) as file_id
    from {{ ref('fct_metric_value') }} as metric_value
    inner join {{ ref('comparable_groups') }} as comparable
        on
            metric_value.vocabulary = comparable.vocabulary
            and metric_value.group_code = comparable.group_code
    where
        metric_value.metric_id = 'population_share'
        and metric_value.dimension = 'ethnicity'
    group by metric_value.organisation_code, metric_value.organisation_level, comparable.comparable_group

),

paired as (

    select
        stated.lmns_code,
        stated.organisation_code,
        stated.organisation_level,
        stated.period_start,
        stated.period_end,
        stated.release,
        resident_group.comparable_group,
        resident_group.group_name,
        resident_group.group_order,
        -- this publisher leaves out rows of zero
        coalesce(booked_group.women, 0) as women,
        coalesce(booked_group.women_low, 0) as women_low,
        coalesce(booked_group.women_high, 0) as women_high,
        stated.women as women_in_all,
        stated.women_low as women_in_all_low,
        stated.women_high as women_in_all_high,
        resident_group.people,
        resident_group.people_in_all,
        stated.file_id as booking_file_id,
        resident_group.file_id as population_file_id
    from stated
    inner join resident_group
        on
            stated.organisation_code = resident_group.organisation_code
            and stated.organisation_level = resident_group.organisation_level
    left join booked_group
        on
            stated.organisation_code = booked_group.organisation_code
            and stated.organisation_level = booked_group.organisation_level
            and stated.period_start = booked_group.period_start
            and stated.period_end = booked_group.period_end
            and resident_group.comparable_group = booked_group.comparable_group

),

limited as (

    select
        paired.*,
        women * 1.0 / nullif(women_in_all, 0) as booking_share,
        {{ wilson_lower('least(women_low, women_in_all_high)', 'women_in_all_high') }} as booking_share_lower,
        {{ wilson_upper('least(women_high, women_in_all_low)', 'women_in_all_low') }} as booking_share_upper,
        people * 1.0 / nullif(people_in_all, 0) as population_share
    from paired

)

select
    {{ figure_id('rep', ['organisation_level', 'organisation_code', 'period_start', 'period_end', 'comparable_group']) }} as figure_id,
    lmns_code,
    organisation_code,
    organisation_level,
    period_start,
    period_end,
    release,
    comparable_group,
    group_name,
    group_order,
    women,
    women_in_all,
    100 * booking_share as booking_share,
    100 * booking_share_lower as booking_share_lower_95,
    100 * booking_share_upper as booking_share_upper_95,
    people,
    people_in_all,
    100 * population_share as population_share,
    booking_share / nullif(population_share, 0) as ratio,
    booking_share_lower / nullif(population_share, 0) as ratio_lower_95,
    booking_share_upper / nullif(population_share, 0) as ratio_upper_95,
    booking_file_id,
    population_file_id,
    concat(
        'Described, never judged: the people of the census are of any age and sex and live in the area, the women ',
        'booked are counted where they booked, and some groups are younger than others. Women without a stated group ',
        'are left out.'
    ) as caveat
from limited
