-- What the figures of a system say that somebody should act on, one row a finding, with the parts of its rank. A finding
-- keeps its id from edition to edition, so that an action can be followed. docs/method.md has the rules in words.
with newest as (

    select max(period_end) as newest_end
    from {{ ref('fct_metric_value') }}
    where organisation_level in ('national', 'lmns', 'provider')

),

judged as (

    select
        metric_value.*,
        metric.polarity,
        metric.domain,
        metric.multiplier,
        metric.intervention,
        coalesce(strata.is_unknown, false) as is_unknown,
        {{ dbt.datediff('metric_value.period_start', 'metric_value.period_end', 'day') }} + 1 as period_days,
        rank() over (
            partition by
                metric_value.metric_id, metric_value.organisation_code, metric_value.organisation_role,
                metric_value.dimension, metric_value.vocabulary
            order by metric_value.period_end desc, metric_value.period_start desc
        ) as age_rank
    from {{ ref('fct_metric_value') }} as metric_value
    inner join {{ ref('metrics') }} as metric
        on metric_value.metric_id = metric.metric_id
    left join {{ ref('strata') }} as strata
        on
            metric_value.dimension = strata.dimension
            and metric_value.group_code = strata.group_code
    where
        metric_value.organisation_level = 'lmns'
        and metric.kind in ('proportion', 'rate')
        and metric.polarity in ('low', 'high')

),

-- tenths give way to fifths where both are there
in_fifths as (

    select distinct
        metric_id,
        organisation_code,
        organisation_role
    from judged
    where
        age_rank = 1
        and dimension = 'deprivation_quintile'

),

current_value as (

    select
        judged.*,
        judged.denominator * 365.25 / judged.period_days as people_a_year,
        judged.value * judged.denominator / judged.multiplier as events,
        case when judged.polarity = 'low' then 1.0 else -1.0 end as bad_way
    from judged
    cross join newest
    left join in_fifths
        on
            judged.metric_id = in_fifths.metric_id
            and judged.organisation_code = in_fifths.organisation_code
            and judged.organisation_role = in_fifths.organisation_role
    where
        judged.age_rank = 1
        and {{ dbt.datediff('judged.period_end', 'newest.newest_end', 'month') }} <= {{ var('finding_max_age_months') }}
        and (judged.dimension <> 'deprivation' or in_fifths.metric_id is null)

),

unknown_group as (

    select
        metric_id,
        organisation_code,
        organisation_role,
        dimension,
        vocabulary,
        sum(denominator) as people,
        sum(case when value is null and polarity = 'high' then denominator else coalesce(events, 0) end) as events_if_best,
        sum(case when value is null and polarity = 'low' then denominator else coalesce(events, 0) end) as events_if_worst
    from current_value
    where
        is_unknown
        and denominator > 0
    group by metric_id, organisation_code, organisation_role, dimension, vocabulary

),

-- Where the system as a whole is worse than England, each of its groups usually is: that is one finding, not ten.
worse_than_england as (

    select distinct
        metric_id,
        organisation_code,
        organisation_role,
        period_end
    from {{ ref('fct_equity_gap') }}
    where
        organisation_level = 'lmns'
        and dimension = 'total'
        and reference_kind = 'england'
        and verdict = 'worse'

),

ranked_worse as (

    select
        gap.figure_id,
        gap.value_figure_id,
        gap.reference_kind,
        gap.reference_group,
        gap.reference_value,
        gap.difference,
        gap.difference_lower_95,
        gap.difference_upper_95,
        row_number() over (
            partition by gap.value_figure_id
            order by case gap.reference_kind when 'best' then 1 when 'fixed' then 2 else 3 end
        ) as choice
    from {{ ref('fct_equity_gap') }} as gap
    left join worse_than_england
        on
            gap.metric_id = worse_than_england.metric_id
            and gap.organisation_code = worse_than_england.organisation_code
            and gap.organisation_role = worse_than_england.organisation_role
            and gap.period_end = worse_than_england.period_end
    where
        gap.organisation_level = 'lmns'
        and gap.verdict = 'worse'
        and (gap.reference_kind <> 'england' or gap.dimension = 'total' or worse_than_england.metric_id is null)

),

worse as (

    select
        current_value.*,
        ranked_worse.figure_id as gap_figure_id,
        ranked_worse.reference_kind,
        ranked_worse.reference_group,
        ranked_worse.reference_value,
        ranked_worse.difference,
        case when polarity = 'low' then ranked_worse.difference_lower_95 else -ranked_worse.difference_upper_95 end as bad_lower_95,
        case when polarity = 'low' then ranked_worse.difference_upper_95 else -ranked_worse.difference_lower_95 end as bad_upper_95,
        current_value.bad_way * ranked_worse.difference as bad_difference
    from current_value
    inner join ranked_worse
        on current_value.figure_id = ranked_worse.value_figure_id
    where
        ranked_worse.choice = 1
        and not current_value.is_unknown

),

-- What is left of the gap if everybody whose group is not known belongs to this group, or to the reference, whichever
-- leaves less.
unknown_bound as (

    select
        worse.figure_id,
        worse.bad_way * (
            worse.multiplier * (worse.events + unknown_group.events_if_best) / (worse.denominator + unknown_group.people)
            - worse.reference_value
        ) as left_if_of_group,
        case when worse.reference_kind <> 'england' then worse.bad_way * (
            worse.value
            - worse.multiplier * (reference.events + unknown_group.events_if_worst) / (reference.denominator + unknown_group.people)
        ) end as left_if_of_reference
    from worse
    inner join unknown_group
        on
            worse.metric_id = unknown_group.metric_id
            and worse.organisation_code = unknown_group.organisation_code
            and worse.organisation_role = unknown_group.organisation_role
            and worse.dimension = unknown_group.dimension
            and worse.vocabulary = unknown_group.vocabulary
    left join current_value as reference
        on
            worse.metric_id = reference.metric_id
            and worse.organisation_code = reference.organisation_code
            and worse.organisation_role = reference.organisation_role
            and worse.dimension = reference.dimension
            and worse.vocabulary = reference.vocabulary
            and worse.reference_group = reference.group_code

),

gap_trend as (

    select
        metric_id,
        organisation_code,
        organisation_role,
        dimension,
        group_code,
        vocabulary,
        max(verdict) as trend
    from {{ ref('fct_trend') }}
    where
        method = 'gap'
        and organisation_level = 'lmns'
        and verdict in ('worse', 'better')
    group by metric_id, organisation_code, organisation_role, dimension, group_code, vocabulary

),

gap_finding as (

    select
        case worse.domain when 'access' then 'access gap' when 'data_quality' then 'data-quality gap' else 'equity gap' end as kind,
        worse.lmns_code,
        worse.metric_id as subject,
        worse.metric_id,
        cast(null as varchar) as staff_measure_id,
        worse.source_id,
        worse.organisation_code,
        worse.organisation_level,
        worse.organisation_role,
        worse.dimension,
        worse.group_code,
        worse.vocabulary,
        worse.period_start,
        worse.period_end,
        worse.period_window,
        worse.value,
        worse.reference_kind,
        worse.reference_group,
        worse.reference_value,
        least(1.0, abs(worse.difference) / nullif(greatest(
            least(worse.value, worse.multiplier - worse.value),
            least(worse.reference_value, worse.multiplier - worse.reference_value)
        ), 0)) as size_of_gap,
        worse.people_a_year as number_affected,
        greatest(0.0, least(1.0, worse.bad_lower_95 / worse.bad_difference)) as certainty,
        case
            when record_bound.gap_figure_id is not null then greatest(0.0, least(
                1.0,
                worse.bad_way * record_bound.difference_low / worse.bad_difference,
                worse.bad_way * record_bound.difference_high / worse.bad_difference
            ))
            when unknown_bound.figure_id is null then 1.0
            else greatest(0.0, least(
                1.0,
                unknown_bound.left_if_of_group / worse.bad_difference,
                coalesce(unknown_bound.left_if_of_reference, unknown_bound.left_if_of_group) / worse.bad_difference
            ))
        end as robustness,
        coalesce(record_bound.robustness = 'fragile', false) as is_fragile,
        worse.bad_difference * worse.denominator / worse.multiplier as excess_number,
        worse.bad_lower_95 * worse.denominator / worse.multiplier as excess_lower_95,
        worse.bad_upper_95 * worse.denominator / worse.multiplier as excess_upper_95,
        cast(null as double) as years_needed,
        worse.multiplier * {{ detectable_change('worse.value / worse.multiplier', 'worse.people_a_year', '-worse.bad_way') }} as detectable_change,
        gap_trend.trend as gap_trend,
        case worse.domain when 'data_quality' then 'providers' else 'system' end as owner_role,
        cast(null as varchar) as data_set,
        cast(null as varchar) as item,
        cast(null as varchar) as holder,
        worse.intervention,
        worse.gap_figure_id,
        worse.figure_id as value_figure_id,
        concat(worse.gap_figure_id, ' ', worse.figure_id) as figure_ids,
        1 as figures
    from worse
    left join unknown_bound
        on worse.figure_id = unknown_bound.figure_id
    -- where there are records, the bounds that were tested there
    left join {{ ref('fct_gap_robustness') }} as record_bound
        on worse.gap_figure_id = record_bound.gap_figure_id
    left join gap_trend
        on
            worse.metric_id = gap_trend.metric_id
            and worse.organisation_code = gap_trend.organisation_code
            and worse.organisation_role = gap_trend.organisation_role
            and worse.dimension = gap_trend.dimension
            and worse.group_code = gap_trend.group_code
            and coalesce(worse.vocabulary, '') = coalesce(gap_trend.vocabulary, '')

),

-- Groups are held against groups of the same system; everybody is held against England.
told as (

    select
        value_figure_id,
        max(case when verdict in ('worse', 'better', 'no clear difference') then 1 else 0 end) as is_judged,
        max(case when verdict = 'too few to tell' then 1 else 0 end) as is_too_few,
        min(case when verdict = 'too few to tell' then figure_id end) as gap_figure_id
    from {{ ref('fct_equity_gap') }}
    where
        organisation_level = 'lmns'
        and (dimension = 'total') = (reference_kind = 'england')
    group by value_figure_id

),

everybody as (

    select
        metric_id,
        organisation_code,
        organisation_role,
        value,
        england_value,
        denominator,
        period_end
    from current_value
    where dimension = 'total'

),

few as (

    select
        current_value.*,
        told.gap_figure_id,
        case current_value.dimension
            when 'total' then current_value.england_value
            else coalesce(nullif(everybody.value, 0), current_value.england_value)
        end / current_value.multiplier as usual_share,
        -- against everybody else in the system, or against all of England
        case
            when current_value.dimension <> 'total' and everybody.denominator > current_value.denominator
                then current_value.denominator / (everybody.denominator - current_value.denominator)
            else 0.0
        end as inverse_k
    from current_value
    inner join told
        on current_value.figure_id = told.value_figure_id
    left join everybody
        on
            current_value.metric_id = everybody.metric_id
            and current_value.organisation_code = everybody.organisation_code
            and current_value.organisation_role = everybody.organisation_role
            and current_value.period_end = everybody.period_end
    left join worse
        on current_value.figure_id = worse.figure_id
    where
        told.is_too_few = 1
        and told.is_judged = 0
        and not current_value.is_unknown
        and worse.figure_id is null

),

few_worse as (

    select
        few.*,
        usual_share + bad_way * {{ var('finding_detectable') }} * least(usual_share, 1.0 - usual_share) as worse_share
    from few

),

few_finding as (

    select
        'too few to tell' as kind,
        lmns_code,
        metric_id as subject,
        metric_id,
        cast(null as varchar) as staff_measure_id,
        source_id,
        organisation_code,
        organisation_level,
        organisation_role,
        dimension,
        group_code,
        vocabulary,
        period_start,
        period_end,
        period_window,
        value,
        case dimension when 'total' then 'england' else 'others' end as reference_kind,
        cast(null as varchar) as reference_group,
        usual_share * multiplier as reference_value,
        cast(null as double) as size_of_gap,
        people_a_year as number_affected,
        cast(null as double) as certainty,
        cast(null as double) as robustness,
        false as is_fragile,
        cast(null as double) as excess_number,
        cast(null as double) as excess_lower_95,
        cast(null as double) as excess_upper_95,
        {{ people_needed('worse_share', 'usual_share', 'inverse_k') }} / nullif(people_a_year, 0) as years_needed,
        multiplier * {{ detectable_change('value / multiplier', 'people_a_year', '-bad_way') }} as detectable_change,
        cast(null as varchar) as gap_trend,
        'analyst' as owner_role,
        cast(null as varchar) as data_set,
        cast(null as varchar) as item,
        cast(null as varchar) as holder,
        intervention,
        gap_figure_id,
        figure_id as value_figure_id,
        concat(gap_figure_id, ' ', figure_id) as figure_ids,
        1 as figures
    from few_worse

),

quality as (

    select
        data_quality.*,
        rank() over (
            partition by source_id, organisation_level, organisation_code, item, measure
            order by period_end desc, period_start desc
        ) as age_rank
    from {{ ref('fct_data_quality') }} as data_quality
    where lmns_code is not null

),

bookings as (

    select
        organisation_level,
        organisation_code,
        period_end,
        value * 365.25 / ({{ dbt.datediff('period_start', 'period_end', 'day') }} + 1) as people_a_year,
        row_number() over (
            partition by organisation_level, organisation_code order by period_end desc, period_start desc, figure_id
        ) as age_rank
    from {{ ref('fct_metric_value') }}
    where
        metric_id = 'bookings'
        and dimension = 'total'
        and value is not null

),

bad_quality as (

    select
        quality.*,
        case
            when measure in ('published for the system and the sum of its providers', 'published rate and its own counts')
                then 'consistency gap'
            else 'data-quality gap'
        end as kind,
        case
            when measure like 'absent from local%' then 'absent from the records asked for'
            when measure like 'absent from %' then 'absent from the monthly publication'
            else measure
        end as subject,
        case
            when measure = 'published for the system and the sum of its providers'
                then least(1.0, abs(value) / nullif(greatest(numerator, denominator), 0))
            when measure = 'beside the published count' then least(1.0, abs(1.0 - value))
            -- shares of what is as it should be; every other share is of what is not
            when
                measure in (
                    'valid and stated', 'usable postcode', 'valid', 'known', 'understood', 'plausible',
                    'rows that stand for something of their own', 'months with records between the first and the last'
                )
                or measure like 'linked to %'
                or measure like 'same %'
                or measure like 'found by match weight%'
                or measure like 'right, of links%'
                then 1.0 - value
            else coalesce(numerator / nullif(denominator, 0), 1.0)
        end as size_of_gap
    from quality
    cross join newest
    where
        quality.age_rank = 1
        and quality.verdict = 'needs attention'
        and {{ dbt.datediff('quality.period_end', 'newest.newest_end', 'month') }} <= {{ var('finding_max_age_months') }}

),

-- of checks that are told together, the worst one is what the finding names
ranked_quality as (

    select
        bad_quality.*,
        row_number() over (
            partition by kind, subject, source_id, organisation_code, organisation_level
            order by least(1.0, size_of_gap) desc, item, figure_id
        ) as gap_rank
    from bad_quality

),

quality_group as (

    select
        kind,
        max(lmns_code) as lmns_code,
        subject,
        source_id,
        organisation_code,
        organisation_level,
        min(period_start) as period_start,
        max(period_end) as period_end,
        max(case when gap_rank = 1 then least(1.0, size_of_gap) end) as size_of_gap,
        max(case when gap_rank = 1 then item end) as item,
        max(case when gap_rank = 1 then value end) as value,
        max(case when gap_rank = 1 then figure_id end) as worst_figure_id,
        {{ dbt.listagg('figure_id', "' '", "order by figure_id") }} as figure_ids,
        cast(count(*) as integer) as figures
    from ranked_quality
    group by kind, subject, source_id, organisation_code, organisation_level

),

quality_finding as (

    select
        quality_group.kind,
        quality_group.lmns_code,
        quality_group.subject,
        cast(null as varchar) as metric_id,
        cast(null as varchar) as staff_measure_id,
        quality_group.source_id,
        quality_group.organisation_code,
        quality_group.organisation_level,
        cast(null as varchar) as organisation_role,
        case
            when quality_group.subject = 'valid and stated' then 'ethnicity'
            when quality_group.subject = 'usable postcode' then 'deprivation'
            else 'total'
        end as dimension,
        cast(null as varchar) as group_code,
        cast(null as varchar) as vocabulary,
        quality_group.period_start,
        quality_group.period_end,
        cast(null as varchar) as period_window,
        quality_group.value,
        cast(null as varchar) as reference_kind,
        cast(null as varchar) as reference_group,
        cast(null as double) as reference_value,
        quality_group.size_of_gap,
        bookings.people_a_year as number_affected,
        1.0 as certainty,
        1.0 as robustness,
        false as is_fragile,
        cast(null as double) as excess_number,
        cast(null as double) as excess_lower_95,
        cast(null as double) as excess_upper_95,
        cast(null as double) as years_needed,
        cast(null as double) as detectable_change,
        cast(null as varchar) as gap_trend,
        case when quality_group.organisation_level in ('provider', 'supplier', 'hospital') then 'provider' else 'providers' end as owner_role,
        cast(null as varchar) as data_set,
        quality_group.item,
        cast(null as varchar) as holder,
        'P3' as intervention,
        quality_group.worst_figure_id as gap_figure_id,
        cast(null as varchar) as value_figure_id,
        quality_group.figure_ids,
        quality_group.figures
    from quality_group
    left join bookings
        on
            quality_group.organisation_level = bookings.organisation_level
            and quality_group.organisation_code = bookings.organisation_code
            and bookings.age_rank = 1

),

by_group as (

    select distinct
        metric_value.lmns_code,
        topics.topic,
        case when metric_value.dimension like 'ethnicity%' then 'ethnicity' else 'deprivation' end as dimension
    from {{ ref('fct_metric_value') }} as metric_value
    inner join {{ ref('evidence_topics') }} as topics
        on metric_value.metric_id = topics.metric_id
    where
        metric_value.organisation_level in ('lmns', 'provider', 'council')
        and metric_value.value is not null
        and (metric_value.dimension like 'ethnicity%' or metric_value.dimension like 'deprivation%')

),

asked_dimension as (

    select 'ethnicity' as dimension
    union all
    select 'deprivation' as dimension

),

topic_total as (

    select
        current_value.lmns_code,
        topics.topic,
        max(topics.topic_name) as topic_name,
        max(topics.data_set) as data_set,
        max(topics.item) as item,
        max(topics.holder) as holder,
        min(current_value.intervention) as intervention,
        min(current_value.source_id) as source_id,
        min(current_value.period_start) as period_start,
        max(current_value.period_end) as period_end,
        max(current_value.people_a_year) as people_a_year,
        min(current_value.figure_id) as value_figure_id,
        {{ dbt.listagg('current_value.figure_id', "' '", "order by current_value.figure_id") }} as figure_ids,
        cast(count(*) as integer) as figures
    from current_value
    inner join {{ ref('evidence_topics') }} as topics
        on current_value.metric_id = topics.metric_id
    where current_value.dimension = 'total'
    group by current_value.lmns_code, topics.topic

),

evidence_finding as (

    select
        'evidence gap' as kind,
        topic_total.lmns_code,
        topic_total.topic as subject,
        cast(null as varchar) as metric_id,
        cast(null as varchar) as staff_measure_id,
        topic_total.source_id,
        topic_total.lmns_code as organisation_code,
        'lmns' as organisation_level,
        cast(null as varchar) as organisation_role,
        asked_dimension.dimension,
        cast(null as varchar) as group_code,
        cast(null as varchar) as vocabulary,
        topic_total.period_start,
        topic_total.period_end,
        cast(null as varchar) as period_window,
        cast(null as double) as value,
        cast(null as varchar) as reference_kind,
        cast(null as varchar) as reference_group,
        cast(null as double) as reference_value,
        -- nothing at all is known by group
        1.0 as size_of_gap,
        topic_total.people_a_year as number_affected,
        1.0 as certainty,
        1.0 as robustness,
        false as is_fragile,
        cast(null as double) as excess_number,
        cast(null as double) as excess_lower_95,
        cast(null as double) as excess_upper_95,
        cast(null as double) as years_needed,
        cast(null as double) as detectable_change,
        cast(null as varchar) as gap_trend,
        'holder' as owner_role,
        topic_total.data_set,
        topic_total.item,
        topic_total.holder,
        topic_total.intervention,
        cast(null as varchar) as gap_figure_id,
        topic_total.value_figure_id,
        topic_total.figure_ids,
        topic_total.figures
    from topic_total
    cross join asked_dimension
    left join by_group
        on
            topic_total.lmns_code = by_group.lmns_code
            and topic_total.topic = by_group.topic
            and asked_dimension.dimension = by_group.dimension
    where by_group.topic is null

),

-- high need that no community asset names: once for the system where it is so in all of it, else for the area
asset_gap as (

    select
        community_asset.*,
        max(case when area_level = 'lmns' then 1 else 0 end)
            over (partition by lmns_code, dimension, group_code) as is_gap_of_system
    from {{ ref('fct_community_asset') }} as community_asset
    where verdict = 'gap'

),

asset_finding as (

    select
        'access gap' as kind,
        lmns_code,
        'community asset' as subject,
        cast(null as varchar) as metric_id,
        cast(null as varchar) as staff_measure_id,
        source_id,
        area_code as organisation_code,
        area_level as organisation_level,
        cast(null as varchar) as organisation_role,
        dimension,
        group_code,
        cast(null as varchar) as vocabulary,
        period_start,
        period_end,
        cast(null as varchar) as period_window,
        cast(null as double) as value,
        cast(null as varchar) as reference_kind,
        cast(null as varchar) as reference_group,
        cast(null as double) as reference_value,
        -- assets that are open to everybody are half of what an asset of their own would be
        case service when 'no asset' then 1.0 else 0.5 end as size_of_gap,
        people_a_year as number_affected,
        1.0 as certainty,
        1.0 as robustness,
        false as is_fragile,
        cast(null as double) as excess_number,
        cast(null as double) as excess_lower_95,
        cast(null as double) as excess_upper_95,
        cast(null as double) as years_needed,
        cast(null as double) as detectable_change,
        cast(null as varchar) as gap_trend,
        'holder' as owner_role,
        'local__community_asset' as data_set,
        case dimension when 'language' then 'languages' when 'kind' then 'kind' else 'communities' end as item,
        'Councils and the voluntary sector, with the system' as holder,
        '4a.2' as intervention,
        figure_id as gap_figure_id,
        cast(null as varchar) as value_figure_id,
        case when need_figure_id is null then figure_id else concat(figure_id, ' ', need_figure_id) end as figure_ids,
        1 as figures
    from asset_gap
    where
        area_level = 'lmns'
        or is_gap_of_system = 0

),

-- Staff are people of another kind: the newest figures of each, for those systems that have an audit.
staff_figure as (

    select
        workforce.*,
        measure.polarity,
        case when measure.polarity = 'low' then 1.0 else -1.0 end as bad_way,
        rank() over (
            partition by
                workforce.lmns_code, workforce.source_id, workforce.organisation_level, workforce.organisation_code,
                workforce.measure_id, workforce.survey_question, workforce.staff_group, workforce.band,
                workforce.dimension, workforce.group_code, workforce.comparison
            order by workforce.period_end desc, workforce.period_start desc
        ) as age_rank
    from {{ ref('fct_workforce') }} as workforce
    inner join {{ ref('staff_measures') }} as measure
        on workforce.measure_id = measure.measure_id
    where
        workforce.lmns_code is not null
        and workforce.organisation_level <> 'national'

),

current_staff as (

    select staff_figure.*
    from staff_figure
    cross join newest
    where
        staff_figure.age_rank = 1
        and {{ dbt.datediff('staff_figure.period_end', 'newest.newest_end', 'month') }} <= {{ var('finding_max_age_months') }}

),

staff_worse as (

    select
        current_staff.*,
        bad_way * difference as bad_difference,
        case when bad_way > 0 then difference_lower_95 else -difference_upper_95 end as bad_lower_95
    from current_staff
    where verdict = 'worse'

),

staff_finding as (

    select
        'equity gap' as kind,
        lmns_code,
        concat_ws(' ', measure_id, survey_question, staff_group, band) as subject,
        cast(null as varchar) as metric_id,
        measure_id as staff_measure_id,
        source_id,
        organisation_code,
        organisation_level,
        cast(null as varchar) as organisation_role,
        dimension,
        group_code,
        vocabulary,
        period_start,
        period_end,
        cast(null as varchar) as period_window,
        value,
        comparison as reference_kind,
        reference_group,
        reference_value,
        least(1.0, abs(difference) / nullif(greatest(
            least(value, 100.0 - value), least(reference_value, 100.0 - reference_value)
        ), 0)) as size_of_gap,
        -- no women and no babies; how many staff there are is not how many the gap touches
        cast(null as double) as number_affected,
        greatest(0.0, least(1.0, bad_lower_95 / bad_difference)) as certainty,
        -- staff of unknown group are not tried on either side
        cast(null as double) as robustness,
        false as is_fragile,
        cast(null as double) as excess_number,
        cast(null as double) as excess_lower_95,
        cast(null as double) as excess_upper_95,
        cast(null as double) as years_needed,
        cast(null as double) as detectable_change,
        cast(null as varchar) as gap_trend,
        case organisation_level when 'provider' then 'provider' else 'providers' end as owner_role,
        cast(null as varchar) as data_set,
        cast(null as varchar) as item,
        cast(null as varchar) as holder,
        '4d.3' as intervention,
        figure_id as gap_figure_id,
        cast(null as varchar) as value_figure_id,
        figure_id as figure_ids,
        1 as figures
    from staff_worse

),

-- which indicators of the standard the records of a provider can judge; one finding a provider, not one an indicator
staff_provider as (

    select
        lmns_code,
        source_id,
        organisation_level,
        organisation_code,
        min(period_start) as period_start,
        max(period_end) as period_end,
        min(figure_id) as first_figure_id
    from current_staff
    group by lmns_code, source_id, organisation_level, organisation_code

),

wres_indicator as (

    select distinct wres_indicator
    from {{ ref('staff_measures') }}
    where wres_indicator is not null

),

staff_indicator as (

    select
        staff_provider.lmns_code,
        staff_provider.source_id,
        staff_provider.organisation_level,
        staff_provider.organisation_code,
        wres_indicator.wres_indicator,
        max(case when current_staff.verdict in ('worse', 'better', 'no clear difference') then 1 else 0 end) as is_judged,
        min(case when current_staff.verdict = 'too few to tell' then current_staff.figure_id end) as few_figure_id
    from staff_provider
    cross join wres_indicator
    left join current_staff
        on
            staff_provider.lmns_code = current_staff.lmns_code
            and staff_provider.source_id = current_staff.source_id
            and staff_provider.organisation_level = current_staff.organisation_level
            and staff_provider.organisation_code = current_staff.organisation_code
            and wres_indicator.wres_indicator = current_staff.wres_indicator
    group by
        staff_provider.lmns_code, staff_provider.source_id, staff_provider.organisation_level,
        staff_provider.organisation_code, wres_indicator.wres_indicator

),

staff_unjudged as (

    select
        lmns_code,
        source_id,
        organisation_level,
        organisation_code,
        {{ dbt.listagg("cast(wres_indicator as varchar)", "', '", "order by wres_indicator") }} as indicators,
        {{ dbt.listagg('few_figure_id', "' '", "order by few_figure_id") }} as few_figure_ids,
        cast(count(*) as integer) as figures
    from staff_indicator
    where is_judged = 0
    group by lmns_code, source_id, organisation_level, organisation_code

),

staff_evidence_finding as (

    select
        'evidence gap' as kind,
        staff_provider.lmns_code,
        'staff indicators' as subject,
        cast(null as varchar) as metric_id,
        cast(null as varchar) as staff_measure_id,
        staff_provider.source_id,
        staff_provider.organisation_code,
        staff_provider.organisation_level,
        cast(null as varchar) as organisation_role,
        'ethnicity' as dimension,
        cast(null as varchar) as group_code,
        cast(null as varchar) as vocabulary,
        staff_provider.period_start,
        staff_provider.period_end,
        cast(null as varchar) as period_window,
        cast(null as double) as value,
        cast(null as varchar) as reference_kind,
        cast(null as varchar) as reference_group,
        cast(null as double) as reference_value,
        cast(null as double) as size_of_gap,
        cast(null as double) as number_affected,
        cast(null as double) as certainty,
        cast(null as double) as robustness,
        false as is_fragile,
        cast(null as double) as excess_number,
        cast(null as double) as excess_lower_95,
        cast(null as double) as excess_upper_95,
        cast(null as double) as years_needed,
        cast(null as double) as detectable_change,
        cast(null as varchar) as gap_trend,
        case staff_provider.organisation_level when 'provider' then 'provider' else 'providers' end as owner_role,
        'local__workforce' as data_set,
        staff_unjudged.indicators as item,
        'Workforce teams of the providers' as holder,
        '4d.3' as intervention,
        cast(null as varchar) as gap_figure_id,
        cast(null as varchar) as value_figure_id,
        coalesce(nullif(staff_unjudged.few_figure_ids, ''), staff_provider.first_figure_id) as figure_ids,
        staff_unjudged.figures
    from staff_unjudged
    inner join staff_provider
        on
            staff_unjudged.lmns_code = staff_provider.lmns_code
            and staff_unjudged.source_id = staff_provider.source_id
            and staff_unjudged.organisation_level = staff_provider.organisation_level
            and staff_unjudged.organisation_code = staff_provider.organisation_code

),

every_finding as (

    select * from gap_finding
    union all
    select * from few_finding
    union all
    select * from quality_finding
    union all
    select * from evidence_finding
    union all
    select * from asset_finding
    union all
    select * from staff_finding
    union all
    select * from staff_evidence_finding

),

scored as (

    select
        every_finding.*,
        case
            when staff_measure_id is not null then size_of_gap * certainty
            else size_of_gap * coalesce(number_affected, 0) * certainty * robustness
        end as score,
        case
            when kind = 'too few to tell' then 5
            -- never before a gap of mothers or babies, nor before what hides one
            when staff_measure_id is not null or subject = 'staff indicators' then 4
            -- what a register lists is not tested, so it stands behind every gap that is
            when subject = 'community asset' or kind in ('data-quality gap', 'consistency gap', 'evidence gap') then 3
            when robustness > 0 and not is_fragile then 1
            else 2
        end as tier,
        {{ figure_id('fi', [
            'kind', 'lmns_code', 'subject', 'source_id', 'organisation_level', 'organisation_code', 'organisation_role',
            'dimension', 'group_code', 'vocabulary',
        ]) }} as figure_id
    from every_finding

),

ranked as (

    select
        scored.*,
        cast(row_number() over (
            partition by lmns_code
            order by tier, coalesce(score, 0) desc, coalesce(number_affected, 0) desc, figure_id
        ) as integer) as finding_rank
    from scored

)

select
    figure_id,
    lmns_code,
    kind,
    finding_rank,
    cast(tier as integer) as tier,
    case
        when subject = 'community asset' then 'read from a register, not tested'
        when tier = 1 then 'firm'
        when tier = 2 then 'rests on people of unknown group'
        when tier = 3 then 'stands in the way of seeing a gap'
        when subject = 'staff indicators' then 'stands in the way of seeing a gap'
        when tier = 4 then 'gap among staff'
        else 'too few to tell'
    end as firmness,
    case
        when tier = 1 and size_of_gap >= 0.25 then 'high'
        when tier = 1 and size_of_gap >= 0.1 then 'medium'
        when subject = 'community asset' then case when size_of_gap = 1 then 'medium' else 'low' end
        when tier = 3 and kind <> 'evidence gap' and size_of_gap >= 0.25 then 'high'
        when tier = 3 and (kind = 'evidence gap' or size_of_gap >= 0.1) then 'medium'
        when tier = 4 and size_of_gap >= 0.25 then 'medium'
        else 'low'
    end as severity,
    size_of_gap,
    number_affected,
    certainty,
    robustness,
    score,
    subject,
    metric_id,
    staff_measure_id,
    source_id,
    organisation_code,
    organisation_level,
    organisation_role,
    dimension,
    group_code,
    vocabulary,
    period_start,
    period_end,
    period_window,
    value,
    reference_kind,
    reference_group,
    reference_value,
    excess_number,
    excess_lower_95,
    excess_upper_95,
    years_needed,
    detectable_change,
    gap_trend,
    owner_role,
    data_set,
    item,
    holder,
    intervention,
    gap_figure_id,
    value_figure_id,
    figure_ids,
    figures
from ranked
