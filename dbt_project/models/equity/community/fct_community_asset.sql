-- What each area needs beside the community assets that serve it: one row per area and community (an ethnic group, people
-- living in the 20% most deprived areas, a language), and per area and kind of asset. Counts of people are figures of
-- fct_metric_value, so they have passed the protection gate. docs/method.md has the rules in words.
with asset as (

    select * from {{ ref('int_community_asset') }}

),

register as (

    select
        lmns_code,
        max(as_of_date) as as_of_date,
        max(file_id) as file_id,
        count(*) as assets
    from asset
    group by lmns_code

),

figure as (

    select
        need.priority,
        need.basis,
        need.people,
        need.is_by_year,
        metric_value.figure_id,
        metric_value.metric_id,
        metric_value.source_id,
        metric_value.lmns_code,
        metric_value.organisation_level as area_level,
        metric_value.organisation_code as area_code,
        metric_value.period_start,
        metric_value.period_end,
        metric_value.dimension,
        metric_value.group_code,
        case need.part when 'numerator' then metric_value.numerator else metric_value.denominator end as counted,
        metric_value.denominator,
        need.part,
        -- fuller code lists first: where areas of both censuses occur, those of more people
        row_number() over (
            partition by
                metric_value.organisation_level, metric_value.organisation_code, metric_value.dimension,
                metric_value.group_code
            order by
                need.priority, metric_value.period_end desc, metric_value.period_start,
                case need.part when 'numerator' then metric_value.numerator else metric_value.denominator end desc,
                metric_value.figure_id
        ) as choice
    from {{ ref('fct_metric_value') }} as metric_value
    inner join {{ ref('need_measures') }} as need
        on
            metric_value.metric_id = need.metric_id
            and metric_value.organisation_level = need.organisation_level
    where
        metric_value.lmns_code is not null
        and metric_value.dimension in ('total', 'ethnicity', 'deprivation_quintile', 'language')

),

-- one measure, of one period, for each area and division of its people
measure as (

    select
        area_level,
        area_code,
        dimension,
        min(priority) as priority
    from figure
    where dimension <> 'total'
    group by area_level, area_code, dimension

),

measured as (

    select
        figure.*,
        max(figure.period_end) over (
            partition by figure.area_level, figure.area_code, figure.dimension
        ) as newest_end
    from figure
    inner join measure
        on
            figure.area_level = measure.area_level
            and figure.area_code = measure.area_code
            and figure.dimension = measure.dimension
            and figure.priority = measure.priority
    where figure.choice = 1

),

group_need as (

    select
        measured.*,
        {{ dbt.datediff('period_start', 'period_end', 'day') }} + 1 as period_days
    from measured
    where period_end = newest_end

),

-- everybody of the same measure and period: the composition's own denominator, else the figure for everybody
everybody as (

    select
        metric_id,
        area_level,
        area_code,
        period_start,
        period_end,
        max(counted) as people_in_all,
        max(figure_id) as figure_id
    from figure
    where
        dimension = 'total'
        and part = 'denominator'
    group by metric_id, area_level, area_code, period_start, period_end

),

area_measure as (

    select
        group_need.lmns_code,
        group_need.area_level,
        group_need.area_code,
        group_need.dimension,
        max(group_need.metric_id) as metric_id,
        max(group_need.source_id) as source_id,
        max(group_need.basis) as basis,
        max(group_need.people) as people,
        max(group_need.period_start) as period_start,
        max(group_need.period_end) as period_end,
        max(group_need.period_days) as period_days,
        max(case when group_need.is_by_year then 1 else 0 end) = 1 as is_by_year,
        max(case when group_need.part = 'numerator' then group_need.denominator else everybody.people_in_all end) as people_in_all,
        max(everybody.figure_id) as everybody_figure_id,
        max(group_need.figure_id) as any_figure_id
    from group_need
    left join everybody
        on
            group_need.metric_id = everybody.metric_id
            and group_need.area_level = everybody.area_level
            and group_need.area_code = everybody.area_code
            and group_need.period_start = everybody.period_start
            and group_need.period_end = everybody.period_end
    group by group_need.lmns_code, group_need.area_level, group_need.area_code, group_need.dimension

),

area as (

    select distinct
        lmns_code,
        area_level,
        area_code
    from area_measure
    union
    select distinct
        lmns_code,
        'lmns' as area_level,
        lmns_code as area_code
    from asset
    union
    select distinct
        lmns_code,
        'council' as area_level,
        area_code
    from asset
    where area_code is not null

),

serving as (

    select
        area.lmns_code,
        area.area_level,
        area.area_code,
        asset.asset_key,
        asset.kind,
        asset.interpreter,
        asset.is_for_everybody,
        asset.is_published,
        asset.is_funding_ending,
        asset.is_funding_over,
        asset.funded_until
    from area
    inner join asset
        on
            area.lmns_code = asset.lmns_code
            and (area.area_level = 'lmns' or asset.is_for_whole_system or area.area_code = asset.area_code)

),

-- White people are the largest group of nearly every area, and assets for everybody are taken to reach them
community as (

    select
        area_measure.lmns_code,
        area_measure.area_level,
        area_measure.area_code,
        area_measure.dimension,
        group_need.group_code,
        cast(null as varchar) as kind,
        group_need.counted as people_needing,
        group_need.figure_id as need_figure_id,
        cast(null as date) as language_newest_date
    from area_measure
    inner join group_need
        on
            area_measure.area_level = group_need.area_level
            and area_measure.area_code = group_need.area_code
            and area_measure.dimension = group_need.dimension
    inner join {{ ref('strata') }} as strata
        on
            group_need.dimension = strata.dimension
            and group_need.group_code = strata.group_code
    where
        not strata.is_unknown
        and (
            (group_need.dimension = 'ethnicity' and group_need.group_code <> 'WHITE')
            or (group_need.dimension = 'deprivation_quintile' and group_need.group_code = 'Q1')
            or (group_need.dimension = 'language' and group_need.group_code = 'L_OTHER')
        )
    union all
    select
        lmns_code,
        'lmns' as area_level,
        lmns_code as area_code,
        'language' as dimension,
        language as group_code,
        cast(null as varchar) as kind,
        cast(null as double) as people_needing,
        cast(null as varchar) as need_figure_id,
        newest_date as language_newest_date
    from {{ ref('int_community_language') }}

),

-- kinds of asset are looked for where the system's register has any
kind_wanted as (

    select
        area.lmns_code,
        area.area_level,
        area.area_code,
        'kind' as dimension,
        asset_kinds.kind as group_code,
        asset_kinds.kind,
        case asset_kinds.needed_by
            when 'everybody' then total_need.people_in_all
            when 'deprivation' then coalesce(deprived.people_needing, case when deprivation_need.area_code is not null then 0 end)
        end as people_needing,
        case asset_kinds.needed_by
            when 'everybody' then total_need.everybody_figure_id
            when 'deprivation' then coalesce(deprived.need_figure_id, deprivation_need.any_figure_id)
        end as need_figure_id,
        asset_kinds.needed_by
    from area
    inner join register
        on area.lmns_code = register.lmns_code
    cross join {{ ref('asset_kinds') }} as asset_kinds
    left join area_measure as total_need
        on
            area.area_level = total_need.area_level
            and area.area_code = total_need.area_code
            and total_need.dimension = 'ethnicity'
    left join area_measure as deprivation_need
        on
            area.area_level = deprivation_need.area_level
            and area.area_code = deprivation_need.area_code
            and deprivation_need.dimension = 'deprivation_quintile'
    left join community as deprived
        on
            area.area_level = deprived.area_level
            and area.area_code = deprived.area_code
            and deprived.dimension = 'deprivation_quintile'
            and asset_kinds.needed_by = 'deprivation'
    where asset_kinds.needed_by in ('everybody', 'deprivation')

),

wanted as (

    select
        community.lmns_code,
        community.area_level,
        community.area_code,
        community.dimension,
        community.group_code,
        community.kind,
        community.people_needing,
        community.need_figure_id,
        community.dimension as need_dimension,
        community.language_newest_date
    from community
    union all
    select
        lmns_code,
        area_level,
        area_code,
        dimension,
        group_code,
        kind,
        people_needing,
        need_figure_id,
        case needed_by when 'deprivation' then 'deprivation_quintile' else 'ethnicity' end as need_dimension,
        cast(null as date) as language_newest_date
    from kind_wanted

),

-- 1 names the community (or is the kind), 2 open to everybody, or with interpreters
matched as (

    select
        wanted.lmns_code,
        wanted.area_level,
        wanted.area_code,
        wanted.dimension,
        wanted.group_code,
        serving.asset_key,
        serving.is_published,
        serving.is_funding_ending,
        serving.is_funding_over,
        serving.funded_until,
        case
            when wanted.dimension = 'kind' and serving.kind = wanted.kind then 1
            when wanted.dimension = 'kind' then 0
            when wanted.dimension = 'deprivation_quintile' and serving.is_for_everybody then 1
            when wanted.dimension = 'language' and named_language.asset_key is not null then 1
            when wanted.dimension = 'language' and serving.interpreter = 'Y' then 2
            when wanted.dimension = 'ethnicity' and named_group.asset_key is not null then 1
            when wanted.dimension = 'ethnicity' and serving.is_for_everybody then 2
            else 0
        end as how
    from wanted
    inner join serving
        on
            wanted.area_level = serving.area_level
            and wanted.area_code = serving.area_code
            and wanted.lmns_code = serving.lmns_code
    left join (
        select distinct
            asset_key,
            group_code
        from {{ ref('int_community_asset_group') }}
        where dimension = 'ethnicity'
    ) as named_group
        on
            serving.asset_key = named_group.asset_key
            and wanted.dimension = 'ethnicity'
            and wanted.group_code = named_group.group_code
    left join (
        select distinct
            asset_key,
            group_code as language
        from {{ ref('int_community_asset_group') }}
        where
            dimension = 'language'
            and group_code <> 'en'
        union
        select distinct
            asset_key,
            'L_OTHER' as language
        from {{ ref('int_community_asset_group') }}
        where
            dimension = 'language'
            and group_code <> 'en'
    ) as named_language
        on
            serving.asset_key = named_language.asset_key
            and wanted.dimension = 'language'
            and wanted.group_code = named_language.language

),

served as (

    select
        area_level,
        area_code,
        lmns_code,
        dimension,
        group_code,
        sum(case when how = 1 and not is_funding_over then 1 else 0 end) as assets_naming,
        sum(case when how = 2 and not is_funding_over then 1 else 0 end) as assets_for_everybody,
        sum(case when how > 0 and not is_funding_over and not is_published then 1 else 0 end) as assets_not_published,
        sum(case when how = 1 and is_funding_ending then 1 else 0 end) as assets_ending,
        sum(case when how > 0 and is_funding_over then 1 else 0 end) as assets_over,
        min(case when how = 1 and not is_funding_over then funded_until end) as first_funding_end
    from matched
    group by area_level, area_code, lmns_code, dimension, group_code

),

joined as (

    select
        wanted.lmns_code,
        wanted.area_level,
        wanted.area_code,
        wanted.dimension,
        wanted.group_code,
        wanted.people_needing,
        wanted.need_figure_id,
        wanted.need_dimension,
        coalesce(area_measure.everybody_figure_id, wanted.need_figure_id) as all_figure_id,
        case when wanted.language_newest_date is null then area_measure.metric_id end as need_metric_id,
        coalesce(area_measure.source_id, 'local') as need_source_id,
        case when wanted.language_newest_date is null then area_measure.basis else 'bookings in local records' end as need_basis,
        case
            when wanted.language_newest_date is null then area_measure.people
            else '{{ var('asset_language_women') }} or more women booked in a year'
        end as need_people,
        case when wanted.language_newest_date is null then area_measure.period_start end as period_start,
        coalesce(wanted.language_newest_date, area_measure.period_end) as period_end,
        area_measure.people_in_all,
        area_measure.is_by_year,
        wanted.people_needing * 365.25 / area_measure.period_days as people_a_year,
        wanted.people_needing * 1.0 / nullif(area_measure.people_in_all, 0) as people_share,
        register.lmns_code is not null as is_register_held,
        register.as_of_date,
        register.file_id as register_file_id,
        cast(coalesce(served.assets_naming, 0) as integer) as assets_naming,
        cast(coalesce(served.assets_for_everybody, 0) as integer) as assets_for_everybody,
        cast(coalesce(served.assets_not_published, 0) as integer) as assets_not_published,
        cast(coalesce(served.assets_ending, 0) as integer) as assets_ending,
        cast(coalesce(served.assets_over, 0) as integer) as assets_over,
        served.first_funding_end
    from wanted
    left join area_measure
        on
            wanted.area_level = area_measure.area_level
            and wanted.area_code = area_measure.area_code
            and wanted.need_dimension = area_measure.dimension
    left join register
        on wanted.lmns_code = register.lmns_code
    left join served
        on
            wanted.area_level = served.area_level
            and wanted.area_code = served.area_code
            and wanted.lmns_code = served.lmns_code
            and wanted.dimension = served.dimension
            and wanted.group_code = served.group_code

),

-- areas of the system that have the kind, beside those whose people are counted
compared as (

    select
        joined.*,
        sum(case when area_level = 'council' and people_in_all is not null then 1 else 0 end)
            over (partition by lmns_code, dimension, group_code) as areas,
        sum(case when area_level = 'council' and people_in_all is not null and assets_naming > 0 then 1 else 0 end)
            over (partition by lmns_code, dimension, group_code) as areas_with
    from joined

),

leveled as (

    select
        compared.*,
        case
            -- a language is named because many speak it
            when dimension = 'language' and group_code <> 'L_OTHER' then 'high'
            when people_needing is null or people_in_all is null then 'not known'
            when need_dimension = 'deprivation_quintile' and people_share >= {{ var('asset_need_deprived') }} then 'high'
            when need_dimension = 'deprivation_quintile' then 'lower'
            when dimension = 'kind' and people_a_year >= {{ var('asset_need_people') }} then 'high'
            when dimension = 'kind' then 'lower'
            when people_share >= {{ var('asset_need_share') }} then 'high'
            when is_by_year and people_a_year >= {{ var('asset_need_people') }} then 'high'
            else 'lower'
        end as need_level,
        case
            when not is_register_held then 'no register'
            when assets_naming > 0 then 'named'
            when assets_for_everybody > 0 then 'open to everybody'
            else 'no asset'
        end as service
    from compared

)

select
    {{ figure_id('ca', ['lmns_code', 'area_level', 'area_code', 'dimension', 'group_code']) }} as figure_id,
    lmns_code,
    area_level,
    area_code,
    dimension,
    group_code,
    need_metric_id,
    need_source_id,
    need_basis,
    need_people,
    need_figure_id,
    all_figure_id,
    period_start,
    period_end,
    people_needing,
    people_in_all,
    -- hidden by the gate, or beside a hidden one
    case when need_figure_id is not null and people_needing is null then '[c]' end as people_mark,
    100 * people_share as people_percent,
    case when is_by_year then people_a_year end as people_a_year,
    need_level,
    service,
    case
        when service = 'no register' or need_level = 'not known' then 'not known'
        when need_level = 'lower' then 'lower need'
        -- a kind of asset is missed where every other area of the system has it
        when dimension = 'kind' and assets_naming = 0 and (area_level = 'lmns' or areas_with = 0 or areas_with < areas - 1) then 'none listed'
        when service <> 'named' then 'gap'
        when assets_ending >= assets_naming then 'funding ends'
        else 'served'
    end as verdict,
    assets_naming,
    assets_for_everybody,
    assets_not_published,
    assets_ending,
    assets_over,
    first_funding_end,
    as_of_date,
    register_file_id,
    'local' as source_id
from leveled
