-- Who is heard: members of the Maternity and Neonatal Voices Partnership by ethnic group beside the women who gave birth
-- (the guidance's own indicator: share of parent members from ethnic minority groups), and the share of those who spoke
-- whose words are about neonatal care. Counts of people are protected first; everything else is made from shown counts.
{% set smallest = var('protection')['smallest_shown'] %}
with member as (

    select *
    from {{ ref('int_voices_member') }}
    where member_role in ('parent', 'neonatal_parent')

),

stated as (

    select
        lmns_code,
        member_role,
        min(period_start) as period_start,
        max(period_end) as period_end,
        case when count(members) = count(*) then sum(members) end as people_in_all
    from member
    where not is_unknown
    group by lmns_code, member_role

),

member_group as (

    select
        lmns_code,
        member_role,
        group_code,
        members as people
    from member
    where not is_unknown
    union all
    select
        lmns_code,
        member_role,
        'ETHNIC_MINORITY' as group_code,
        case when count(members) = count(*) then sum(members) end as people
    from member
    where
        not is_unknown
        and group_code <> 'WHITE'
    group by lmns_code, member_role

),

spoken as (

    select
        lmns_code,
        min(period_start) as period_start,
        max(period_end) as period_end,
        sum(speakers) as people_in_all,
        sum(case when stage = 'neonatal' then speakers else 0 end) as people
    from {{ ref('int_voice') }}
    where
        is_current
        and speakers is not null
    group by lmns_code

),

counted as (

    select
        member_group.lmns_code,
        case member_group.member_role when 'parent' then 'parent members' else 'neonatal parent members' end as heard_as,
        'ethnicity' as dimension,
        member_group.group_code,
        stated.period_start,
        stated.period_end,
        member_group.people,
        stated.people_in_all
    from member_group
    inner join stated
        on
            member_group.lmns_code = stated.lmns_code
            and member_group.member_role = stated.member_role
    union all
    select
        lmns_code,
        'people who spoke' as heard_as,
        'stage' as dimension,
        'NEONATAL' as group_code,
        period_start,
        period_end,
        people,
        people_in_all
    from spoken

),

looked_at as (

    select
        counted.*,
        {{ count_status('people', 'people_in_all - people') }} as people_status,
        {{ count_status('people_in_all') }} as in_all_status
    from counted

),

shown as (

    select
        lmns_code,
        heard_as,
        dimension,
        group_code,
        period_start,
        period_end,
        people_status,
        in_all_status,
        case when people_status = 'shown' and in_all_status = 'shown' then {{ protected_count('people') }} end as people,
        case when in_all_status = 'shown' then {{ protected_count('people_in_all') }} end as people_in_all,
        -- what a reader knows of a hidden count: 1 to 7
        case
            when in_all_status <> 'shown' then null
            when people_status = 'shown' then {{ rounded_low(protected_count('people'), 'other') }}
            when people_status = 'small' then 1
        end as people_low,
        case
            when in_all_status <> 'shown' then null
            when people_status = 'shown' then {{ rounded_high(protected_count('people'), 'other') }}
            when people_status = 'small' then {{ smallest }} - 1
        end as people_high,
        case when in_all_status = 'shown' then {{ rounded_low(protected_count('people_in_all'), 'other') }} end as in_all_low,
        case when in_all_status = 'shown' then {{ rounded_high(protected_count('people_in_all'), 'other') }} end as in_all_high
    from looked_at

),

limited as (

    select
        shown.*,
        people * 1.0 / nullif(people_in_all, 0) as share,
        {{ wilson_lower('least(people_low, in_all_high)', 'in_all_high') }} as share_lower,
        {{ wilson_upper('least(people_high, in_all_low)', 'in_all_low') }} as share_upper
    from shown

),

-- who gave birth, from local records; else who booked, from the national data
ranked_birth as (

    select
        metric_value.lmns_code,
        metric_value.metric_id,
        metric_value.group_code,
        metric_value.numerator,
        rank() over (
            partition by metric_value.lmns_code
            order by
                case metric_value.metric_id when 'local_deliveries_share' then 1 else 2 end,
                metric_value.period_end desc,
                metric_value.period_start desc
        ) as choice
    from {{ ref('fct_metric_value') }} as metric_value
    inner join {{ ref('strata') }} as strata
        on
            metric_value.dimension = strata.dimension
            and metric_value.group_code = strata.group_code
    where
        metric_value.metric_id in ('local_deliveries_share', 'bookings_share')
        and metric_value.organisation_level = 'lmns'
        and metric_value.dimension = 'ethnicity'
        and not strata.is_unknown
        and metric_value.numerator is not null

),

birth as (

    select
        lmns_code,
        metric_id,
        group_code,
        numerator * 1.0 / nullif(sum(numerator) over (partition by lmns_code), 0) as birth_share
    from ranked_birth
    where choice = 1

),

birth_group as (

    select
        lmns_code,
        metric_id,
        group_code,
        birth_share
    from birth
    union all
    select
        lmns_code,
        max(metric_id) as metric_id,
        'ETHNIC_MINORITY' as group_code,
        sum(birth_share) as birth_share
    from birth
    where group_code <> 'WHITE'
    group by lmns_code

)

select
    {{ figure_id('vr', ['limited.lmns_code', 'limited.heard_as', 'limited.dimension', 'limited.group_code', 'limited.period_end']) }}
        as figure_id,
    limited.lmns_code,
    limited.heard_as,
    limited.dimension,
    limited.group_code,
    limited.period_start,
    limited.period_end,
    cast(limited.people as double) as people,
    limited.people_status,
    cast(limited.people_in_all as double) as people_in_all,
    limited.in_all_status,
    100 * limited.share as share,
    100 * limited.share_lower as share_lower_95,
    100 * limited.share_upper as share_upper_95,
    birth_group.metric_id as compared_metric_id,
    100 * birth_group.birth_share as birth_share,
    limited.share / nullif(birth_group.birth_share, 0) as ratio,
    limited.share_lower / nullif(birth_group.birth_share, 0) as ratio_lower_95,
    limited.share_upper / nullif(birth_group.birth_share, 0) as ratio_upper_95,
    case
        when limited.dimension = 'stage' or birth_group.birth_share is null or limited.share_upper is null then 'not available'
        when limited.share_upper < birth_group.birth_share then 'fewer than their share of births'
        when limited.share_lower > birth_group.birth_share then 'more than their share of births'
        when limited.people_in_all < {{ var('verdict_min_denominator') }} or limited.share is null then 'too few to tell'
        else 'no clear difference'
    end as verdict,
    {{ protection_profile() }} as protection
from limited
left join birth_group
    on
        limited.dimension = 'ethnicity'
        and limited.lmns_code = birth_group.lmns_code
        and limited.group_code = birth_group.group_code
