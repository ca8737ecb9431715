-- Each side has the decimals that its own people can bear, a difference those of the coarser side.
with sided as (

    select
        gap.figure_id,
        figure.protection is not null as is_protected,
        {{ shown_decimals('figure', 'metric') }} as decimals,
        case
            when gap.reference_kind = 'england' or reference.figure_id is null then metric.decimals
            else {{ shown_decimals('reference', 'metric') }}
        end as reference_decimals,
        gap.reference_kind <> 'england' and reference.protection is not null as reference_is_protected
    from {{ ref('fct_equity_gap') }} as gap
    inner join {{ ref('metrics') }} as metric
        on gap.metric_id = metric.metric_id
    inner join {{ ref('fct_metric_value') }} as figure
        on gap.value_figure_id = figure.figure_id
    left join {{ ref('fct_metric_value') }} as reference
        on
            figure.protection is not null
            and reference.protection is not null
            and figure.metric_id = reference.metric_id
            and figure.organisation_level = reference.organisation_level
            and figure.organisation_code = reference.organisation_code
            and figure.organisation_role = reference.organisation_role
            and figure.lmns_code = reference.lmns_code
            and figure.dimension = reference.dimension
            and figure.period_start = reference.period_start
            and figure.period_end = reference.period_end
            and coalesce(figure.vocabulary, '') = coalesce(reference.vocabulary, '')
            and gap.reference_group = reference.group_code

)

select
    gap.figure_id,
    gap.lmns_code,
    gap.metric_id,
    gap.period_start,
    gap.period_end,
    gap.dimension,
    gap.group_code,
    coalesce(strata.group_name, 'All') as group_name,
    gap.reference_kind,
    gap.reference_group,
    {{ at_decimals('gap.difference', 'least(sided.decimals, sided.reference_decimals)', 'sided.is_protected') }} as difference,
    {{ at_decimals('gap.difference_lower_95', 'least(sided.decimals, sided.reference_decimals)', 'sided.is_protected') }} as difference_lower_95,
    {{ at_decimals('gap.difference_upper_95', 'least(sided.decimals, sided.reference_decimals)', 'sided.is_protected') }} as difference_upper_95,
    {{ at_two_figures('gap.ratio', 'sided.is_protected') }} as ratio,
    {{ at_two_figures('gap.ratio_lower_95', 'sided.is_protected') }} as ratio_lower_95,
    {{ at_two_figures('gap.ratio_upper_95', 'sided.is_protected') }} as ratio_upper_95,
    gap.p_value,
    gap.q_value,
    gap.verdict,
    gap.verdict_reason,
    gap.organisation_code,
    gap.organisation_level,
    gap.vocabulary,
    gap.value_figure_id,
    {{ at_decimals('gap.value', 'sided.decimals', 'sided.is_protected') }} as value,
    {{ at_decimals('gap.reference_value', 'sided.reference_decimals', 'sided.reference_is_protected') }} as reference_value,
    metric.metric_name,
    metric.unit,
    metric.polarity,
    coalesce(reference_strata.group_name, 'All') as reference_group_name,
    coalesce(strata.group_order, 0) as group_order,
    sided.decimals,
    sided.reference_decimals,
    least(sided.decimals, sided.reference_decimals) as difference_decimals,
    sided.is_protected
from {{ ref('fct_equity_gap') }} as gap
inner join sided
    on gap.figure_id = sided.figure_id
inner join {{ ref('metrics') }} as metric
    on gap.metric_id = metric.metric_id
left join {{ ref('strata') }} as strata
    on
        gap.dimension = strata.dimension
        and gap.group_code = strata.group_code
left join {{ ref('strata') }} as reference_strata
    on
        gap.dimension = reference_strata.dimension
        and gap.reference_group = reference_strata.group_code
