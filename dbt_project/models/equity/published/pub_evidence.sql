-- What people said beside what the figures say, as a system's own page and pack may show it.
select
    evidence.figure_id,
    evidence.lmns_code,
    lmns.lmns_name,
    evidence.kind,
    theme.category,
    evidence.theme_code,
    theme.theme_name,
    evidence.equity_theme,
    equity.theme_name as equity_theme_name,
    evidence.claim,
    evidence.stages,
    evidence.dimension,
    evidence.group_code,
    coalesce(
        strata.group_name,
        language.language_name,
        case
            when evidence.dimension = 'total' then 'All'
            when evidence.dimension = 'not_named' then 'a group too small to name'
            else evidence.group_code
        end
    ) as group_name,
    evidence.period_start,
    evidence.period_end,
    {{ period_label('evidence.period_start', 'evidence.period_end', "'other'") }} as period_label,
    evidence.statements,
    case evidence.statements_status when 'small' then '[c]' end as statements_mark,
    evidence.speakers,
    evidence.speakers_status,
    case evidence.speakers_status when 'small' then '[c]' when 'missing' then '[x]' end as speakers_mark,
    evidence.status,
    evidence.reason,
    evidence.item,
    evidence.data_set,
    evidence.holder,
    evidence.rests_on_unknown,
    evidence.figures,
    evidence.figure_ids,
    evidence.quotes,
    finding.finding_rank,
    {{ protection_profile() }} as protection
from {{ ref('fct_evidence') }} as evidence
left join {{ ref('voice_themes') }} as theme
    on evidence.theme_code = theme.theme_code
left join {{ ref('voice_themes') }} as equity
    on evidence.equity_theme = equity.theme_code
left join {{ ref('strata') }} as strata
    on
        evidence.dimension = strata.dimension
        and evidence.group_code = strata.group_code
left join {{ ref('languages') }} as language
    on
        evidence.dimension = 'language'
        and lower(evidence.group_code) = language.language_code
left join {{ ref('fct_finding') }} as finding
    on
        evidence.kind = 'no voice mentions it'
        and {{ dbt.split_part('evidence.figure_ids', "' '", 1) }} = finding.figure_id
left join (
    select
        lmns_code,
        max(lmns_name) as lmns_name
    from {{ ref('dim_lmns') }}
    group by lmns_code
) as lmns
    on evidence.lmns_code = lmns.lmns_code
