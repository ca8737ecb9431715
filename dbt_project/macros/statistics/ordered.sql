{#- Inequality over groups that have an order (deprivation): slope and relative index of inequality, concentration
    index. Each takes one row a group and gives one row a key; a key that cannot be measured has NULL and a reason.

    Rank 1 is the first group (most deprived). Groups stand on a line from 0 to 1 by their share of the people, each at
    the middle of its share. SII is the fitted value at 1 less that at 0; RII is the fitted value at 1 over that
    at 0 (OHID's definition). -#}

{#- Slope and relative index of inequality, with limits in closed form.

    scale        value: a line through the values, limits from their standard errors, Fieller's limits for RII
                 log, logit: `value` and `se` are on that scale; the line is fitted there, its middle is held
                 and the two ends are carried back (OHID's transform = TRUE)
    centre       on scale value only: means of the groups' sampling distributions where these differ from the
                 values (see lognormal_centre, logit_centre: OHID's transform = FALSE)
    rank_weight  population that sets the ranks, where this is not the area's own: NHS England's national ranks -#}
{% macro slope_index(relation, keys, rank='rank', population='population', value='value', se='se', scale='value', centre=none, rank_weight=none) -%}
    {%- set over_key = 'over (partition by ' ~ (keys | join(', ')) ~ ')' -%}
    {%- set z = z_95() -%}
    with given as (

        select
            {{ keys | join(', ') }},
            {{ rank }} as group_rank,
            {{ population }} as group_population,
            {{ rank_weight or population }} as group_rank_weight,
            -- a group in which nobody of the area is keeps its place on a national ranking and weighs nothing
            case when {{ population }} = 0 then 0.0 else {{ value }} end as group_value,
            case when {{ population }} = 0 then 0.0 else {{ centre or value }} end as group_centre,
            case when {{ population }} = 0 then 0.0 else {{ se }} end as group_se,
            case
                when {{ rank }} is null or {{ rank }} <> floor({{ rank }}) then 'a rank is not a whole number'
                when {{ population }} is null or {{ population }} < 0 then 'a population is missing or negative'
                when {{ rank_weight or population }} is null or {{ rank_weight or population }} < 0 then 'a national population is missing or negative'
                when {{ population }} > 0 and {{ value }} is null then 'a group has no value'
            end as group_problem
        from {{ relation }}

    ),

    shared as (

        select
            given.*,
            min(group_problem) {{ over_key }} as problem,
            sum(case when group_population > 0 then 1 else 0 end) {{ over_key }} as group_count,
            row_number() over (partition by {{ (keys + ['group_rank']) | join(', ') }} order by group_population) as copy_of_rank,
            group_population * 1.0 / nullif(sum(group_population) {{ over_key }}, 0) as share,
            group_rank_weight * 1.0 / nullif(sum(group_rank_weight) {{ over_key }}, 0) as rank_share
        from given

    ),

    placed as (

        select
            shared.*,
            max(copy_of_rank) {{ over_key }} as copies,
            sum(rank_share) over (
                partition by {{ keys | join(', ') }} order by group_rank
                rows between unbounded preceding and current row
            ) - rank_share / 2.0 as midpoint
        from shared

    ),

    middle as (

        select
            placed.*,
            sum(share * midpoint) {{ over_key }} as mean_midpoint
        from placed

    ),

    spread as (

        select
            middle.*,
            sum(share * power(midpoint - mean_midpoint, 2)) {{ over_key }} as variance_of_midpoint
        from middle

    ),

    weighted as (

        select
            spread.*,
            share * (midpoint - mean_midpoint) / nullif(variance_of_midpoint, 0) as slope_weight
        from spread

    ),

    fitted as (

        select
            {{ keys | join(', ') }},
            max(group_count) as group_count,
            case
                when max(problem) is not null then max(problem)
                when max(group_count) < 2 then 'only one group'
                when max(copies) > 1 then 'two groups share a rank'
                when max(variance_of_midpoint) is null or max(variance_of_midpoint) = 0 then 'all people are in one group'
            end as reason,
            case
                when count(group_se) < count(*) then 'a group has no standard error'
                when min(group_se) < 0 then 'a standard error is negative'
            end as limits_problem,
            max(mean_midpoint) as mean_midpoint,
            sum(share * group_value) as mean_value,
            sum(slope_weight * group_value) as slope,
            sum(slope_weight * group_centre) as slope_centre,
            sum((share - slope_weight * mean_midpoint) * group_value) as first_end,
            sum((share + slope_weight * (1.0 - mean_midpoint)) * group_value) as last_end,
            sum((share - slope_weight * mean_midpoint) * group_centre) as first_centre,
            sum((share + slope_weight * (1.0 - mean_midpoint)) * group_centre) as last_centre,
            sqrt(sum(power(slope_weight * group_se, 2))) as slope_se,
            sum(power((share - slope_weight * mean_midpoint) * group_se, 2)) as first_variance,
            sum(power((share + slope_weight * (1.0 - mean_midpoint)) * group_se, 2)) as last_variance,
            sum((share - slope_weight * mean_midpoint) * (share + slope_weight * (1.0 - mean_midpoint)) * group_se * group_se) as covariance
        from weighted
        group by {{ keys | join(', ') }}

    ),

    {% if scale == 'value' -%}
    fieller as (

        select
            fitted.*,
            power(first_centre, 2) - {{ z }} * {{ z }} * first_variance as fieller_a,
            first_centre * last_centre - {{ z }} * {{ z }} * covariance as fieller_b,
            power(last_centre, 2) - {{ z }} * {{ z }} * last_variance as fieller_c
        from fitted

    ),

    measured as (

        select
            fieller.*,
            slope as sii,
            case when limits_problem is null then slope_centre - {{ z }} * slope_se end as sii_lower_95,
            case when limits_problem is null then slope_centre + {{ z }} * slope_se end as sii_upper_95,
            case when first_end > 0 and last_end > 0 then last_end / first_end end as rii,
            case
                when limits_problem is null and first_end > 0 and last_end > 0 and fieller_a > 0
                    then (fieller_b - sqrt(greatest(0.0, fieller_b * fieller_b - fieller_a * fieller_c))) / fieller_a
            end as rii_lower_95,
            case
                when limits_problem is null and first_end > 0 and last_end > 0 and fieller_a > 0
                    then (fieller_b + sqrt(greatest(0.0, fieller_b * fieller_b - fieller_a * fieller_c))) / fieller_a
            end as rii_upper_95,
            first_end as value_at_first,
            last_end as value_at_last
        from fieller

    )
    {%- else -%}
    {%- set back = {'log': ['exp(', ')'], 'logit': ['1.0 / (1.0 + exp(-(', ')))']}[scale] %}
    measured as (

        select
            fitted.*,
            {%- for end, sign in [('', ''), ('_lower_95', '-'), ('_upper_95', '+')] %}
            {%- set slope = 'slope' if not sign else '(slope ' ~ sign ~ ' ' ~ z ~ ' * case when limits_problem is null then slope_se end)' %}
            {%- set first = back[0] ~ 'mean_value - ' ~ slope ~ ' * mean_midpoint' ~ back[1] %}
            {%- set last = back[0] ~ 'mean_value + ' ~ slope ~ ' * (1.0 - mean_midpoint)' ~ back[1] %}
            {{ last }} - {{ first }} as sii{{ end }},
            ({{ last }}) / ({{ first }}) as rii{{ end }},
            {%- endfor %}
            {{ back[0] }}first_end{{ back[1] }} as value_at_first,
            {{ back[0] }}last_end{{ back[1] }} as value_at_last
        from fitted

    )
    {%- endif %}

    select
        {{ keys | join(', ') }},
        group_count as groups,
        {%- for column in ['sii', 'sii_lower_95', 'sii_upper_95', 'rii', 'rii_lower_95', 'rii_upper_95', 'value_at_first', 'value_at_last'] %}
        case when reason is null then {{ column }} end as {{ column }},
        {%- endfor %}
        reason,
        case
            when reason is not null then reason
            when limits_problem is not null then limits_problem
            when rii is null then 'the fitted line leaves zero or less at one end, so there is no ratio'
            when rii_lower_95 is null then 'the fitted value of the first group is not clearly above zero, so the ratio has no limits'
        end as limits_reason
    from measured
{%- endmacro %}

{#- Mean and standard deviation of a rate or proportion whose logarithm or logit is normal, with standard error
    `s` on that scale: what simulation on that scale averages to. -#}
{% macro lognormal_centre(value, s) -%}
    ({{ value }}) * exp(power({{ s }}, 2) / 2.0)
{%- endmacro %}

{% macro lognormal_sd(value, s) -%}
    ({{ lognormal_centre(value, s) }}) * sqrt(exp(power({{ s }}, 2)) - 1.0)
{%- endmacro %}

{% macro logit_centre(value, s) -%}
    ({{ value }}) + power({{ s }}, 2) * ({{ value }}) * (1.0 - ({{ value }})) * (1.0 - 2.0 * ({{ value }})) / 2.0
{%- endmacro %}

{% macro logit_sd(value, s) -%}
    ({{ s }}) * ({{ value }}) * (1.0 - ({{ value }}))
{%- endmacro %}

{#- Whether a closed form leans on too few events: fewer than 10 in a group. -#}
{% macro few_events(events) -%}
    ({{ events }} < 10)
{%- endmacro %}

{#- Concentration index: absolute, relative, Wagstaff's and Erreygers' for a bounded measure (`scale_max`: 1, 100,
    1000). Their limits, and those of the `scatter` slope, come from the scatter of the groups about the fitted line,
    not from sampling: all there is where a source gives no standard errors. The scatter slope's standard error is
    the heteroscedasticity-consistent HC1. -#}
{% macro concentration_index(relation, keys, rank='rank', population='population', value='value', scale_max='scale_max') -%}
    {%- set over_key = 'over (partition by ' ~ (keys | join(', ')) ~ ')' -%}
    {%- set z = z_95() -%}
    with given as (

        select
            {{ keys | join(', ') }},
            {{ rank }} as group_rank,
            {{ population }} as group_population,
            {{ value }} as group_value,
            {{ scale_max }} as group_scale_max,
            case
                when {{ rank }} is null or {{ rank }} <> floor({{ rank }}) then 'a rank is not a whole number'
                when {{ population }} is null or {{ population }} < 0 then 'a population is missing or negative'
                when {{ value }} is null then 'a group has no value'
            end as group_problem
        from {{ relation }}

    ),

    shared as (

        select
            given.*,
            row_number() over (partition by {{ (keys + ['group_rank']) | join(', ') }} order by group_population) as copy_of_rank,
            group_population * 1.0 / nullif(sum(group_population) {{ over_key }}, 0) as share
        from given

    ),

    placed as (

        select
            shared.*,
            sum(share) over (
                partition by {{ keys | join(', ') }} order by group_rank
                rows between unbounded preceding and current row
            ) - share / 2.0 - 0.5 as offset_from_middle
        from shared

    ),

    averaged as (

        select
            placed.*,
            count(*) {{ over_key }} as group_count,
            sum(share * group_value) {{ over_key }} as mean_value,
            sum(share * power(offset_from_middle, 2)) {{ over_key }} as variance_of_rank,
            sum(share * offset_from_middle * group_value) {{ over_key }} as covariance
        from placed

    ),

    residual as (

        select
            averaged.*,
            group_value - mean_value - covariance / nullif(variance_of_rank, 0) * offset_from_middle as residual,
            share * offset_from_middle / nullif(variance_of_rank, 0) as slope_weight
        from averaged

    ),

    summed as (

        select
            {{ keys | join(', ') }},
            max(group_count) as group_count,
            case
                when min(group_problem) is not null then min(group_problem)
                when max(group_count) < 2 then 'only one group'
                when max(copy_of_rank) > 1 then 'two groups share a rank'
                when max(variance_of_rank) is null or max(variance_of_rank) = 0 then 'all people are in one group'
            end as reason,
            max(mean_value) as mean_value,
            max(group_scale_max) as scale_max,
            max(variance_of_rank) as variance_of_rank,
            2.0 * max(covariance) as absolute_index,
            max(covariance) / nullif(max(variance_of_rank), 0) as slope,
            sum(share * power(residual, 2)) as residual_variance,
            sqrt(max(group_count) * 1.0 / nullif(max(group_count) - 2, 0) * sum(power(slope_weight * residual, 2))) as slope_se,
            max(mean_value) - max(covariance) / nullif(max(variance_of_rank), 0) / 2.0 as first_end,
            max(mean_value) + max(covariance) / nullif(max(variance_of_rank), 0) / 2.0 as last_end,
            max(group_count) * 1.0 / nullif(max(group_count) - 2, 0) * sum(power((share - slope_weight / 2.0) * residual, 2)) as first_variance,
            max(group_count) * 1.0 / nullif(max(group_count) - 2, 0) * sum(power((share + slope_weight / 2.0) * residual, 2)) as last_variance,
            max(group_count) * 1.0 / nullif(max(group_count) - 2, 0)
            * sum((share - slope_weight / 2.0) * (share + slope_weight / 2.0) * residual * residual) as end_covariance
        from residual
        group by {{ keys | join(', ') }}

    ),

    scaled as (

        select
            summed.*,
            2.0 * sqrt(variance_of_rank * residual_variance / nullif(group_count - 2, 0)) as absolute_se,
            case when mean_value <> 0 then 1.0 / mean_value end as relative_factor,
            case when mean_value > 0 and mean_value < scale_max then 1.0 / mean_value / (1.0 - mean_value / scale_max) end as wagstaff_factor,
            case when scale_max > 0 then 4.0 / scale_max end as erreygers_factor,
            case when first_end > 0 and last_end > 0 then last_end / first_end end as ratio,
            case
                when first_end > 0 and last_end > 0 and group_count > 2 then sqrt(greatest(0.0,
                    first_variance / power(first_end, 2) + last_variance / power(last_end, 2) - 2.0 * end_covariance / (first_end * last_end)
                ))
            end as log_ratio_se
        from summed

    )

    select
        {{ keys | join(', ') }},
        group_count as groups,
        {%- for name, factor in [('aci', '1.0'), ('rci', 'relative_factor'), ('wagstaff', 'wagstaff_factor'), ('erreygers', 'erreygers_factor')] %}
        case when reason is null then {{ factor }} * absolute_index end as {{ name }},
        case when reason is null then abs({{ factor }}) * absolute_se end as {{ name }}_se,
        case when reason is null then {{ factor }} * absolute_index - {{ z }} * abs({{ factor }}) * absolute_se end as {{ name }}_lower_95,
        case when reason is null then {{ factor }} * absolute_index + {{ z }} * abs({{ factor }}) * absolute_se end as {{ name }}_upper_95,
        {%- endfor %}
        case when reason is null then slope end as scatter_sii,
        case when reason is null then slope - {{ z }} * slope_se end as scatter_sii_lower_95,
        case when reason is null then slope + {{ z }} * slope_se end as scatter_sii_upper_95,
        case when reason is null then ratio end as scatter_rii,
        case when reason is null then ratio * exp(-{{ z }} * log_ratio_se) end as scatter_rii_lower_95,
        case when reason is null then ratio * exp({{ z }} * log_ratio_se) end as scatter_rii_upper_95,
        reason,
        case
            when reason is not null then reason
            when group_count < 3 then 'limits from the scatter about the line need three groups'
            when mean_value = 0 then 'the mean is zero, so there is no relative index'
            when ratio is null then 'the fitted line leaves zero or less at one end, so there is no ratio'
        end as limits_reason
    from scaled
{%- endmacro %}
