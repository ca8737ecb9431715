-- Each statement or count of a theme that is used, with the group that said it in the codes of seeds/strata.csv, and the
-- row of fct_evidence that it belongs to. Where fewer people of a group said it than may be named, the group is not.
with used as (

    select voice.*
    from {{ ref('stg_local__voice') }} as voice
    inner join {{ ref('int_local_row') }} as local_row
        on
            voice.file_id = local_row.file_id
            and voice.row_number = local_row.row_number
    where
        local_row.dataset = 'voice'
        and local_row.is_used

),

-- a suggestion is no theme until a person has confirmed it
confirmed as (

    select
        voice_theme.lmns_code,
        voice_theme.supplier_code,
        voice_theme.voice_id,
        max(nullif(voice_theme.theme_code, 'invalid')) as theme_code,
        max(nullif(voice_theme.equity_theme, 'invalid')) as equity_theme
    from {{ ref('stg_local__voice_theme') }} as voice_theme
    inner join {{ ref('int_local_row') }} as local_row
        on
            voice_theme.file_id = local_row.file_id
            and voice_theme.row_number = local_row.row_number
    where
        local_row.dataset = 'voice_theme'
        and local_row.is_used
    group by voice_theme.lmns_code, voice_theme.supplier_code, voice_theme.voice_id

),

newest as (

    select
        lmns_code,
        max(period_end) as newest_end
    from used
    group by lmns_code

),

themed as (

    select
        used.*,
        case
            when {{ dbt.datediff('used.period_end', 'newest.newest_end', 'month') }} <= {{ var('finding_max_age_months') }} then true
            else false
        end as is_current,
        coalesce(nullif(used.theme_code, 'invalid'), confirmed.theme_code, 'general.not_assigned') as theme,
        coalesce(nullif(used.equity_theme, 'invalid'), confirmed.equity_theme) as equity,
        nullif(used.stage, 'invalid') as care_stage,
        case used.sentiment when 'positive' then 'praise' when 'neutral' then 'neither' else 'complaint' end as claim,
        upper(trim(used.group_code)) as group_key
    from used
    inner join newest
        on used.lmns_code = newest.lmns_code
    left join confirmed
        on
            used.lmns_code = confirmed.lmns_code
            and used.supplier_code = confirmed.supplier_code
            and used.voice_id = confirmed.voice_id

),

grouped as (

    select
        themed.*,
        case
            when themed.dimension = 'all' then 'total'
            when themed.dimension = 'ethnicity' and category.validity = 'valid' then 'ethnicity_detailed'
            else themed.dimension
        end as said_dimension,
        case
            when themed.dimension = 'all' then 'ALL'
            when themed.dimension = 'ethnicity' and category.validity = 'valid' then category.detailed_group_code
            when themed.dimension = 'ethnicity' then coalesce(category.group_code, themed.group_key)
            when themed.dimension = 'deprivation_quintile' and themed.group_key in ('1', '2', '3', '4', '5')
                then concat('Q', themed.group_key)
            when themed.dimension = 'language' and themed.group_key in ('EN', 'ENG') then 'L_ENGLISH'
            when themed.dimension = 'area' then coalesce(themed.area_code, themed.group_key)
            else themed.group_key
        end as said_group
    from themed
    left join {{ ref('ethnic_category') }} as category
        on
            themed.dimension = 'ethnicity'
            and themed.group_key = category.ethnic_category

),

counted as (

    select
        grouped.*,
        case
            when said_dimension = 'total' then true
            else coalesce(sum(speakers) over (
                partition by lmns_code, theme, equity, claim, said_dimension, said_group, is_current
            ), 0) >= {{ var('voice_min_speakers') }}
        end as is_named
    from grouped

),

shown as (

    select
        counted.*,
        case when is_named then said_dimension else 'not_named' end as shown_dimension,
        case when is_named then said_group else 'NOT_NAMED' end as shown_group
    from counted

)

select
    {{ figure_id('ev', ['lmns_code', "'theme'", 'theme', 'equity', 'claim', 'shown_dimension', 'shown_group']) }} as evidence_id,
    file_id,
    row_number,
    supplier_code,
    lmns_code,
    voice_id,
    period_start,
    period_end,
    is_current,
    theme as theme_code,
    equity as equity_theme,
    care_stage as stage,
    claim,
    said_dimension,
    said_group,
    shown_dimension,
    shown_group,
    speakers,
    metric_id,
    case
        when consent_to_publish = 'Y' and cleared_by_role is not null and cleared_by_role <> 'invalid' then statement
    end as cleared_statement
from shown
