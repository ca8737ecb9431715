-- What people said and whether figures bear it out, one row per system, theme and group; and the firm gaps that nobody
-- spoke of. Counts of people are protected here. docs/method.md has the rules in words.
with voice as (

    select *
    from {{ ref('int_voice') }}
    where is_current

),

theme_row as (

    select
        evidence_id,
        lmns_code,
        theme_code,
        equity_theme,
        claim,
        shown_dimension as dimension,
        shown_group as group_code,
        min(period_start) as period_start,
        max(period_end) as period_end,
        count(*) as statements,
        sum(speakers) as speakers
    from voice
    group by evidence_id, lmns_code, theme_code, equity_theme, claim, shown_dimension, shown_group

),

stage as (

    select
        evidence_id,
        {{ dbt.listagg('stage', "' '", 'order by stage') }} as stages
    from (
        select distinct
            evidence_id,
            stage
        from voice
        where stage is not null
    ) as stage_of_row
    group by evidence_id

),

quoted as (

    select
        evidence_id,
        {{ dbt.listagg('cleared_statement', "' / '", 'order by cleared_statement') }} as quotes
    from voice
    where cleared_statement is not null
    group by evidence_id

),

outcome as (

    select
        evidence_id,
        sum(case when outcome = 'supports' then 1 else 0 end) as supporting,
        sum(case when outcome = 'contradicts' then 1 else 0 end) as contradicting,
        cast(count(*) as integer) as figures,
        max(case when rests_on_unknown then 1 else 0 end) = 1 as rests_on_unknown,
        {{ dbt.listagg('gap_figure_id', "' '", 'order by gap_figure_id') }} as gap_figure_ids,
        {{ dbt.listagg('value_figure_id', "' '", 'order by value_figure_id') }} as value_figure_ids
    from {{ ref('fct_evidence_figure') }}
    group by evidence_id

),

-- what a theme lacks where no metric can test it; what it says about equity is the more exact of the two
lacking as (

    select
        theme_row.evidence_id,
        theme_metric.item,
        theme_metric.data_set,
        theme_metric.holder,
        row_number() over (
            partition by theme_row.evidence_id
            order by case when theme_metric.theme_code = theme_row.equity_theme then 1 else 2 end, theme_metric.item
        ) as choice
    from theme_row
    inner join {{ ref('theme_metrics') }} as theme_metric
        on
            theme_metric.theme_code = theme_row.equity_theme
            or theme_metric.theme_code = theme_row.theme_code
    where theme_metric.item is not null

),

-- what is lacking where metrics could test it and none is there for this group
lacking_by_group as (

    select
        voice_metric.evidence_id,
        topics.item,
        topics.data_set,
        topics.holder,
        row_number() over (
            partition by voice_metric.evidence_id
            order by case when topics.data_set is null then 2 else 1 end, topics.topic, topics.item
        ) as choice
    from {{ ref('int_voice_metric') }} as voice_metric
    inner join {{ ref('evidence_topics') }} as topics
        on voice_metric.metric_id = topics.metric_id

),

tested as (

    select
        theme_row.*,
        outcome.rests_on_unknown,
        coalesce(outcome.figures, 0) as figures,
        outcome.gap_figure_ids,
        outcome.value_figure_ids,
        case
            when outcome.supporting > 0 and outcome.contradicting > 0 then 'mixed'
            when outcome.supporting > 0 then 'supported'
            when outcome.contradicting > 0 then 'contradicted'
            else 'untestable'
        end as status,
        case
            when outcome.supporting > 0 or outcome.contradicting > 0 then null
            when theme_row.claim = 'neither' then 'no claim'
            when theme_row.dimension = 'not_named' then 'group too small to name'
            when outcome.figures > 0 then 'too few to tell'
            when lacking_by_group.evidence_id is not null then 'no figure for this group'
            else 'no measure'
        end as reason,
        coalesce(lacking_by_group.item, lacking.item) as lacking_item,
        case when lacking_by_group.item is null then lacking.data_set else lacking_by_group.data_set end as lacking_data_set,
        coalesce(lacking_by_group.holder, lacking.holder) as lacking_holder
    from theme_row
    left join outcome
        on theme_row.evidence_id = outcome.evidence_id
    left join lacking_by_group
        on
            theme_row.evidence_id = lacking_by_group.evidence_id
            and lacking_by_group.choice = 1
    left join lacking
        on
            theme_row.evidence_id = lacking.evidence_id
            and lacking.choice = 1

),

theme_evidence as (

    select
        tested.evidence_id as figure_id,
        'theme' as kind,
        tested.lmns_code,
        tested.theme_code,
        tested.equity_theme,
        tested.claim,
        stage.stages,
        tested.dimension,
        tested.group_code,
        tested.period_start,
        tested.period_end,
        {{ protected_count('tested.statements') }} as statements,
        {{ count_status('tested.statements') }} as statements_status,
        {{ protected_count('tested.speakers') }} as speakers,
        {{ count_status('tested.speakers') }} as speakers_status,
        tested.status,
        tested.reason,
        case when tested.reason in ('no figure for this group', 'no measure') then tested.lacking_item end as item,
        case when tested.reason in ('no figure for this group', 'no measure') then tested.lacking_data_set end as data_set,
        case when tested.reason in ('no figure for this group', 'no measure') then tested.lacking_holder end as holder,
        coalesce(tested.rests_on_unknown, false) as rests_on_unknown,
        tested.figures,
        case when tested.figures > 0 then concat(tested.gap_figure_ids, ' ', tested.value_figure_ids) end as figure_ids,
        case when tested.speakers >= {{ var('voice_min_speakers') }} then quoted.quotes end as quotes
    from tested
    left join stage
        on tested.evidence_id = stage.evidence_id
    left join quoted
        on tested.evidence_id = quoted.evidence_id

),

heard_system as (

    select distinct lmns_code
    from voice

),

-- a statement by everybody speaks of every group; a statement of a group speaks of the system as a whole
mentioned as (

    select distinct finding.figure_id
    from {{ ref('fct_finding') }} as finding
    left join {{ ref('evidence_topics') }} as topics
        on finding.metric_id = topics.metric_id
    inner join voice
        on finding.lmns_code = voice.lmns_code
    inner join {{ ref('int_voice_metric') }} as voice_metric
        on voice.evidence_id = voice_metric.evidence_id
    where
        voice.claim <> 'neither'
        and (voice_metric.metric_id = finding.metric_id or voice_metric.topic = topics.topic)
        and (
            finding.dimension = 'total'
            or voice.said_dimension = 'total'
            or (voice.said_dimension = finding.dimension and voice.said_group = finding.group_code)
        )

),

unheard as (

    select
        {{ figure_id('ev', ['finding.lmns_code', "'no voice mentions it'", 'finding.figure_id']) }} as figure_id,
        'no voice mentions it' as kind,
        finding.lmns_code,
        cast(null as varchar) as theme_code,
        cast(null as varchar) as equity_theme,
        cast(null as varchar) as claim,
        cast(null as varchar) as stages,
        finding.dimension,
        finding.group_code,
        finding.period_start,
        finding.period_end,
        cast(null as double) as statements,
        cast(null as varchar) as statements_status,
        cast(null as double) as speakers,
        cast(null as varchar) as speakers_status,
        'not mentioned' as status,
        cast(null as varchar) as reason,
        cast(null as varchar) as item,
        cast(null as varchar) as data_set,
        cast(null as varchar) as holder,
        false as rests_on_unknown,
        1 as figures,
        concat(finding.figure_id, ' ', finding.figure_ids) as figure_ids,
        cast(null as varchar) as quotes
    from {{ ref('fct_finding') }} as finding
    inner join heard_system
        on finding.lmns_code = heard_system.lmns_code
    left join mentioned
        on finding.figure_id = mentioned.figure_id
    where
        finding.tier = 1
        and finding.kind in ('equity gap', 'access gap')
        and mentioned.figure_id is null

)

select
    figure_id,
    kind,
    lmns_code,
    theme_code,
    equity_theme,
    claim,
    stages,
    dimension,
    group_code,
    period_start,
    period_end,
    statements,
    statements_status,
    speakers,
    speakers_status,
    status,
    reason,
    item,
    data_set,
    holder,
    rests_on_unknown,
    figures,
    figure_ids,
    quotes
from theme_evidence
union all
select
    figure_id,
    kind,
    lmns_code,
    theme_code,
    equity_theme,
    claim,
    stages,
    dimension,
    group_code,
    period_start,
    period_end,
    statements,
    statements_status,
    speakers,
    speakers_status,
    status,
    reason,
    item,
    data_set,
    holder,
    rests_on_unknown,
    figures,
    figure_ids,
    quotes
from unheard
