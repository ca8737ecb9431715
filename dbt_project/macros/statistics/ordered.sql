{#- Inequality over groups that have an order (deprivation): slope and relative index of inequality, concentration
    index. Each takes one row a group and gives one row a key; a key that cannot be measured has NULL and a reason.

    Rank 1 is the first group (most deprived). Groups stand on a line from 0 to 1 by their share of the people, each at
    the middle of its share. SII is the fitted value at 1 less that at 0; RII is the fitted value at 1 over that
    at 0 (OHID's definition). -#}

{#- Slope and relative index of inequality, with limits in closed form.

    scale        value: a line through the values, limits from their standard errors, Fieller's limits for RII
                 log, logit: `value` and `se` are on that scale; the line is fitted there, its middle is held
                 and the two ends are carried back (OHID's transform = TRUE)
    centre, third, fourth
                 on scale value only: mean and third and fourth cumulants of the groups' sampling distributions, where
                 these are skewed (see lognormal_cumulant, logit_moment: OHID's transform = FALSE)
    rank_weight  population that sets the ranks, where this is not the area's own: NHS England's national ranks -#}
{% macro slope_index(relation, keys, rank='rank', population='population', value='value', se='se', scale='value', centre=none, third=none, fourth=none, rank_weight=none) -%}
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
            {% if third -%}
            {{ third }} as group_third,
            {{ fourth }} as group_fourth,
            {% endif -%}
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

    ends as (

        select
            weighted.*,
            share - slope_weight * mean_midpoint as first_weight,
            share + slope_weight * (1.0 - mean_midpoint) as last_weight
        from weighted

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
            sum(first_weight * group_value) as first_end,
            sum(last_weight * group_value) as last_end,
            sum(first_weight * group_centre) as first_centre,
            sum(last_weight * group_centre) as last_centre,
            sqrt(sum(power(slope_weight * group_se, 2))) as slope_se,
            {% if third -%}
            {% for i in range(4) -%}
            sum(power(first_weight, {{ i }}) * power(last_weight, {{ 3 - i }}) * group_third) as third_{{ i }},
            {% endfor -%}
            {% for i in range(5) -%}
            sum(power(first_weight, {{ i }}) * power(last_weight, {{ 4 - i }}) * group_fourth) as fourth_{{ i }},
            {% endfor -%}
            {% endif -%}
            sum(power(first_weight * group_se, 2)) as first_variance,
            sum(power(last_weight * group_se, 2)) as last_variance,
            sum(first_weight * last_weight * group_se * group_se) as covariance
        from ends
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

    {%- set normal = 'normal_' if third else '' %}
    {{ 'normal_limits' if third else 'measured' }} as (

        select
            fieller.*,
            slope as sii,
            case when limits_problem is null then slope_centre - {{ z }} * slope_se end as {{ normal }}sii_lower_95,
            case when limits_problem is null then slope_centre + {{ z }} * slope_se end as {{ normal }}sii_upper_95,
            case when first_end > 0 and last_end > 0 then last_end / first_end end as rii,
            case
                when limits_problem is null and first_end > 0 and last_end > 0 and fieller_a > 0
                    then (fieller_b - sqrt(greatest(0.0, fieller_b * fieller_b - fieller_a * fieller_c))) / fieller_a
            end as {{ normal }}rii_lower_95,
            case
                when limits_problem is null and first_end > 0 and last_end > 0 and fieller_a > 0
                    then (fieller_b + sqrt(greatest(0.0, fieller_b * fieller_b - fieller_a * fieller_c))) / fieller_a
            end as {{ normal }}rii_upper_95,
            first_end as value_at_first,
            last_end as value_at_last
        from fieller

    )
    {%- if third %},

    -- last_end - ratio * first_end has a quantile of zero at a limit of the ratio, and SII is that sum at ratio 1:
    -- Newton's steps from Fieller's limits
    step_0 as (

        select
            normal_limits.*,
            normal_rii_lower_95 as ratio_lower,
            normal_rii_upper_95 as ratio_upper
        from normal_limits

    ),

    {% for step in range(1, 8) -%}
    step_{{ step }} as (

        select
            {{ keys | join(', ') }},
            {%- for side, sign in [('lower', '-'), ('upper', '')] %}
            ratio_{{ side }} - ({{ cornish_fisher('mean_' ~ side, 'variance_' ~ side, 'third_' ~ side, 'fourth_' ~ side, sign ~ z) }})
            / (-first_centre + ({{ sign }}{{ z }}) * (ratio_{{ side }} * first_variance - covariance) / sqrt(variance_{{ side }})) as ratio_{{ side }},
            {%- endfor %}
            {{ slope_sums() }}
        from (
            select
                step_{{ step - 1 }}.*,
                {%- for side in ['lower', 'upper'] %}
                {{ slope_cumulants('ratio_' ~ side, '_' ~ side) }}{{ ',' if not loop.last }}
                {%- endfor %}
            from step_{{ step - 1 }}
        ) as cumulants

    ),

    {% endfor -%}
    measured as (

        select
            normal_limits.*,
            case when limits_problem is null then {{ cornish_fisher('mean_sii', 'variance_sii', 'third_sii', 'fourth_sii', '-' ~ z) }} end as sii_lower_95,
            case when limits_problem is null then {{ cornish_fisher('mean_sii', 'variance_sii', 'third_sii', 'fourth_sii', z) }} end as sii_upper_95,
            skewed.ratio_lower as rii_lower_95,
            skewed.ratio_upper as rii_upper_95
        from normal_limits
        inner join (
            select
                {{ keys | join(', ') }},
                ratio_lower,
                ratio_upper,
                {{ slope_cumulants('1.0', '_sii') }}
            from step_7
        ) as skewed
            on {% for key in keys %}normal_limits.{{ key }} = skewed.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}

    )
    {%- endif %}
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

{#- What the steps of slope_index carry from one to the next. -#}
{% macro slope_sums() -%}
    first_centre, last_centre, first_variance, last_variance, covariance,
            {% for i in range(4) %}third_{{ i }}, {% endfor %}{% for i in range(5) %}fourth_{{ i }}{{ ', ' if not loop.last }}{% endfor %}
{%- endmacro %}

{#- Mean, variance, third and fourth cumulant of the fitted last end less `ratio` times the first. -#}
{% macro slope_cumulants(ratio, suffix) -%}
    last_centre - {{ ratio }} * first_centre as mean{{ suffix }},
                last_variance - 2.0 * {{ ratio }} * covariance + power({{ ratio }}, 2) * first_variance as variance{{ suffix }},
                third_0 - 3.0 * {{ ratio }} * third_1 + 3.0 * power({{ ratio }}, 2) * third_2 - power({{ ratio }}, 3) * third_3 as third{{ suffix }},
                fourth_0 - 4.0 * {{ ratio }} * fourth_1 + 6.0 * power({{ ratio }}, 2) * fourth_2
                - 4.0 * power({{ ratio }}, 3) * fourth_3 + power({{ ratio }}, 4) * fourth_4 as fourth{{ suffix }}
{%- endmacro %}

{#- Cumulants of a rate whose logarithm is normal, with standard error `s` on that scale: what simulation on that scale
    averages to. `order` 1 is the mean, 2 the variance, 3 and 4 say how far from normal it is. -#}
{% macro lognormal_cumulant(value, s, order) -%}
    {%- set w = 'exp(power(' ~ s ~ ', 2))' -%}
    {%- set mean = '((' ~ value ~ ') * exp(power(' ~ s ~ ', 2) / 2.0))' -%}
    {%- if order == 1 -%}{{ mean }}
    {%- elif order == 2 -%}power({{ mean }}, 2) * ({{ w }} - 1.0)
    {%- elif order == 3 -%}power({{ mean }}, 3) * power({{ w }} - 1.0, 2) * ({{ w }} + 2.0)
    {%- else -%}power({{ mean }}, 4) * power({{ w }} - 1.0, 2) * (power({{ w }}, 4) + 2.0 * power({{ w }}, 3) + 3.0 * power({{ w }}, 2) - 6.0)
    {%- endif -%}
{%- endmacro %}

{#- Moment of a proportion whose logit is normal, about a given value, by Gauss and Hermite's rule with nine points. -#}
{% macro logit_moment(value, s, order, about='0.0') -%}
    {%- set points = [
        ('-4.5127458633997826e+00', '2.2345844007746607e-05'),
        ('-3.2054290028564698e+00', '2.7891413212317692e-03'),
        ('-2.0768479786778302e+00', '4.9916406765217823e-02'),
        ('-1.0232556637891326e+00', '2.4409750289493953e-01'),
        ('0.0000000000000000e+00', '4.0634920634920635e-01'),
        ('1.0232556637891326e+00', '2.4409750289493953e-01'),
        ('2.0768479786778302e+00', '4.9916406765217823e-02'),
        ('3.2054290028564698e+00', '2.7891413212317692e-03'),
        ('4.5127458633997826e+00', '2.2345844007746607e-05'),
    ] -%}
    (
        {%- for point, weight in points %}
        {{ weight }} * power(1.0 / (1.0 + (1.0 - ({{ value }})) / ({{ value }}) * exp(-({{ s }}) * ({{ point }}))) - ({{ about }}), {{ order }}){{ ' +' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{#- Quantile of a sum that is nearly normal, from its mean, variance and third and fourth cumulants (Cornish and Fisher). -#}
{% macro cornish_fisher(mean, variance, third, fourth, z) -%}
    ({{ mean }}) + sqrt({{ variance }}) * (
        {{ z }}
        + (power({{ z }}, 2) - 1.0) / 6.0 * ({{ third }}) / power({{ variance }}, 1.5)
        + (power({{ z }}, 3) - 3.0 * ({{ z }})) / 24.0 * ({{ fourth }}) / power({{ variance }}, 2)
        - (2.0 * power({{ z }}, 3) - 5.0 * ({{ z }})) / 36.0 * power({{ third }}, 2) / power({{ variance }}, 3)
    )
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
