-- Who is heard, as a system's own page and pack may show it. Fewer than 100 people have no rate: their count and the verdict stand.
select
    representation.figure_id,
    representation.lmns_code,
    representation.heard_as,
    representation.dimension,
    representation.group_code,
    case representation.group_code
        when 'ETHNIC_MINORITY' then 'Ethnic minority groups (all but White)'
        when 'NEONATAL' then 'About neonatal care'
        else coalesce(strata.group_name, representation.group_code)
    end as group_name,
    coalesce(strata.group_order, 0) as group_order,
    representation.period_start,
    representation.period_end,
    representation.people,
    representation.people_status,
    case when representation.people is null and representation.people_status in ('small', 'complement') then '[c]' end as mark,
    representation.people_in_all,
    representation.in_all_status,
    case when representation.people_in_all >= {{ var('protection')['no_rate_below'] }} then round(representation.share, 0) end as share,
    case when representation.people_in_all >= {{ var('protection')['no_rate_below'] }} then round(representation.share_lower_95, 0) end as share_lower_95,
    case when representation.people_in_all >= {{ var('protection')['no_rate_below'] }} then round(representation.share_upper_95, 0) end as share_upper_95,
    representation.compared_metric_id,
    metric.metric_name as compared_with,
    representation.birth_share,
    case when representation.people_in_all >= {{ var('protection')['no_rate_below'] }} then {{ two_figures('representation.ratio') }} end as ratio,
    case when representation.people_in_all >= {{ var('protection')['no_rate_below'] }} then {{ two_figures('representation.ratio_lower_95') }} end as ratio_lower_95,
    case when representation.people_in_all >= {{ var('protection')['no_rate_below'] }} then {{ two_figures('representation.ratio_upper_95') }} end as ratio_upper_95,
    representation.verdict,
    representation.protection
from {{ ref('fct_voice_representation') }} as representation
left join {{ ref('metrics') }} as metric
    on representation.compared_metric_id = metric.metric_id
left join {{ ref('strata') }} as strata
    on
        representation.dimension = strata.dimension
        and representation.group_code = strata.group_code
