{#- Exact answers for tiny counts, from sums over every possible outcome: Poisson limits at any count, p-values of two
    groups, exact and mid-p limits of a rate ratio. Set-based: each gives one row a key. Cost grows with the counts
    (rows = keys x `largest`); a count above `largest` gives NULL with a reason, and there the closed forms of
    intervals.sql and two_groups.sql are as good. -#}

{#- Exact Poisson limits of a count at 95% and 99.8%: the mean at which so many events or fewer (or more) have
    the tail probability. Newton's steps on the logarithm of the tail, from Byar's limits. -#}
{% macro poisson_exact_limits(relation, key, x='x', largest=1000) -%}
    {%- set tails = [('lower_95', '0.025', -1), ('upper_95', '0.025', 1), ('lower_998', '0.001', -1), ('upper_998', '0.001', 1)] -%}
    with given as (

        select
            {{ key }},
            {{ x }} as events,
            case
                when {{ x }} is null then 'a count is missing'
                when {{ x }} < 0 then 'a count is negative'
                when {{ x }} <> floor({{ x }}) then 'exact limits need a whole number'
                when {{ x }} > {{ largest }} then 'more events than exact limits are worked out for'
            end as reason
        from {{ relation }}

    ),

    outcome as (

        {{ whole_numbers(0, largest + 20 * ((largest ** 0.5) | int) + 100) }}

    ),

    tail as (

        {% for name, alpha, side in tails -%}
        select
            events,
            '{{ name }}' as limit_name,
            {{ alpha }} as alpha,
            {{ side }} as side,
            {% if side < 0 %}{{ poisson_lower('events', name[6:]) }}{% else %}{{ poisson_upper('events', name[6:]) }}{% endif %} as mean_0
        from (
            select distinct events
            from given
            where reason is null {{ 'and events > 0' if side < 0 }}
        ) as {{ name }}_counts
        {{ 'union all' if not loop.last }}
        {% endfor %}

    ),

    {% for step in range(1, 5) -%}
    step_{{ step }} as (

        select
            events,
            limit_name,
            alpha,
            side,
            -- the tail over its first term, then Newton's step
            mean_0 + side * (
                events * ln(mean_0) - mean_0 - {{ log_gamma('events + 1.0') }} + ln(tail_ratio) - ln(alpha)
            ) * tail_ratio * case when side < 0 then mean_0 / events else 1.0 end as mean_0
        from (
            select
                tail.events,
                tail.limit_name,
                tail.alpha,
                tail.side,
                tail.mean_0,
                sum(exp(
                    {{ log_gamma('tail.events + 1.0') }} - {{ log_gamma('outcome.n + 1.0') }}
                    + (outcome.n - tail.events) * ln(tail.mean_0)
                )) as tail_ratio
            from {{ 'tail' if step == 1 else 'step_' ~ (step - 1) ~ ' as tail' }}
            inner join outcome
                on (tail.side > 0 and outcome.n <= tail.events) or (tail.side < 0 and outcome.n >= tail.events)
            group by tail.events, tail.limit_name, tail.alpha, tail.side, tail.mean_0
        ) as summed

    ),

    {% endfor -%}
    wide as (

        select
            events,
            {%- for name, alpha, side in tails %}
            max(case when limit_name = '{{ name }}' then mean_0 end) as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from step_4
        group by events

    )

    select
        given.{{ key }},
        given.events,
        {%- for name, alpha, side in tails %}
        {% if side < 0 %}case when given.events = 0 then 0.0 else wide.{{ name }} end{% else %}wide.{{ name }}{% endif %} as {{ name }},
        {%- endfor %}
        given.reason
    from given
    left join wide
        on given.events = wide.events
{%- endmacro %}

{#- Two-sided p-values of x1 of n1 against x0 of n0, given their sum: `fisher_p` for proportions (hypergeometric),
    `rate_p` for rates (binomial). Two-sided as R has it: every outcome no likelier than the one seen. -#}
{% macro two_groups_exact_p(relation, key, x1='x1', n1='n1', x0='x0', n0='n0', largest=1000) -%}
    with given as (

        select
            {{ key }},
            {{ x1 }} as x1,
            {{ n1 }} as n1,
            {{ x0 }} as x0,
            {{ n0 }} as n0,
            {{ x1 }} + {{ x0 }} as events,
            {{ two_groups_exact_problem(x1, n1, x0, n0, largest) }} as reason
        from {{ relation }}

    ),

    outcome as (

        {{ whole_numbers(0, largest) }}

    ),

    possible as (

        select
            given.{{ key }},
            given.x1,
            outcome.n,
            case
                when outcome.n <= given.n1 and given.events - outcome.n <= given.n0 and given.x1 <= given.n1 and given.x0 <= given.n0
                    then -{{ log_gamma('outcome.n + 1.0') }} - {{ log_gamma('given.n1 - outcome.n + 1.0') }}
                        - {{ log_gamma('given.events - outcome.n + 1.0') }} - {{ log_gamma('given.n0 - given.events + outcome.n + 1.0') }}
            end as log_hypergeometric,
            -{{ log_gamma('outcome.n + 1.0') }} - {{ log_gamma('given.events - outcome.n + 1.0') }}
            + outcome.n * ln(given.n1) + (given.events - outcome.n) * ln(given.n0) as log_binomial
        from given
        inner join outcome
            on outcome.n <= given.events
        where given.reason is null

    ),

    seen as (

        select
            possible.*,
            max(case when n = x1 then log_hypergeometric end) over (partition by {{ key }}) as seen_hypergeometric,
            max(case when n = x1 then log_binomial end) over (partition by {{ key }}) as seen_binomial,
            max(log_hypergeometric) over (partition by {{ key }}) as top_hypergeometric,
            max(log_binomial) over (partition by {{ key }}) as top_binomial
        from possible

    ),

    summed as (

        select
            {{ key }},
            sum(case when log_hypergeometric <= seen_hypergeometric + 1e-7 then exp(log_hypergeometric - top_hypergeometric) end)
            / sum(exp(log_hypergeometric - top_hypergeometric)) as fisher_p,
            sum(case when log_binomial <= seen_binomial + 1e-7 then exp(log_binomial - top_binomial) end)
            / sum(exp(log_binomial - top_binomial)) as rate_p
        from seen
        group by {{ key }}

    )

    select
        given.{{ key }},
        -- least passes over NULL
        case when summed.fisher_p is not null then least(1.0, summed.fisher_p) end as fisher_p,
        case when summed.rate_p is not null then least(1.0, summed.rate_p) end as rate_p,
        case
            when given.reason is null and summed.fisher_p is null then 'more events than people: no test of proportions'
            else given.reason
        end as reason
    from given
    left join summed
        on given.{{ key }} = summed.{{ key }}
{%- endmacro %}

{% macro two_groups_exact_problem(x1, n1, x0, n0, largest) -%}
    case
        when {{ x1 }} is null or {{ n1 }} is null or {{ x0 }} is null or {{ n0 }} is null then 'a count is missing'
        when {{ n1 }} <= 0 or {{ n0 }} <= 0 then 'nobody to count'
        when {{ x1 }} < 0 or {{ x0 }} < 0 then 'a count is negative'
        when {{ x1 }} <> floor({{ x1 }}) or {{ x0 }} <> floor({{ x0 }}) then 'exact answers need whole numbers'
        when {{ x1 }} + {{ x0 }} > {{ largest }} then 'more events than exact answers are worked out for'
    end
{%- endmacro %}

{#- Limits of the ratio of two rates, exact and mid-p (the outcome seen counts half), from the share of all
    events that fell to the first group. No events in a group leave that side open: 0 below, NULL above. -#}
{% macro rate_ratio_exact_limits(relation, key, x1='x1', n1='n1', x0='x0', n0='n0', largest=1000) -%}
    with given as (

        select
            {{ key }},
            {{ x1 }} as x1,
            {{ n1 }} as n1,
            {{ x0 }} as x0,
            {{ n0 }} as n0,
            {{ two_groups_exact_problem(x1, n1, x0, n0, largest) }} as reason
        from {{ relation }}

    ),

    outcome as (

        {{ whole_numbers(0, largest) }}

    ),

    -- a lower limit of the share of group 1; its upper limit is the lower one of group 0, turned round
    tail as (

        {% for kind, weight in [('exact', '1.0'), ('midp', '0.5')] -%}
        {% for side, seen, other in [('lower', 'x1', 'x0'), ('upper', 'x0', 'x1')] -%}
        select
            {{ key }},
            '{{ kind }}_{{ side }}' as limit_name,
            {{ weight }} as seen_weight,
            {{ seen }} as seen,
            {{ seen }} + {{ other }} as events,
            -- log odds of Wilson's limit, a start that is never 0 or 1
            ln(greatest({{ wilson_lower(seen, '(x1 + x0)') }}, 1e-9) / (1.0 - greatest({{ wilson_lower(seen, '(x1 + x0)') }}, 1e-9))) as log_odds
        from given
        where reason is null and {{ seen }} > 0
        {{ 'union all' if not loop.last }}
        {% endfor %}
        {{ 'union all' if not loop.last }}
        {% endfor %}

    ),

    {% for step in range(1, 9) -%}
    step_{{ step }} as (

        select
            {{ key }},
            limit_name,
            seen_weight,
            seen,
            events,
            -- Newton's step on the logarithm of the tail, over the probability of the outcome seen
            log_odds - (
                {{ log_gamma('events + 1.0') }} - {{ log_gamma('seen + 1.0') }} - {{ log_gamma('events - seen + 1.0') }}
                + seen * log_odds - events * ln(1.0 + exp(log_odds)) + ln(tail_ratio) - ln(0.025)
            ) * tail_ratio * (1.0 + exp(log_odds))
            / (seen_weight * seen + (1.0 - seen_weight) * (events - seen) * exp(log_odds)) as log_odds
        from (
            select
                tail.{{ key }},
                tail.limit_name,
                tail.seen_weight,
                tail.seen,
                tail.events,
                tail.log_odds,
                sum(case when outcome.n = tail.seen then tail.seen_weight else 1.0 end * exp(
                    {{ log_gamma('tail.seen + 1.0') }} + {{ log_gamma('tail.events - tail.seen + 1.0') }}
                    - {{ log_gamma('outcome.n + 1.0') }} - {{ log_gamma('tail.events - outcome.n + 1.0') }}
                    + (outcome.n - tail.seen) * tail.log_odds
                )) as tail_ratio
            from {{ 'tail' if step == 1 else 'step_' ~ (step - 1) ~ ' as tail' }}
            inner join outcome
                on outcome.n between tail.seen and tail.events
            group by tail.{{ key }}, tail.limit_name, tail.seen_weight, tail.seen, tail.events, tail.log_odds
        ) as summed

    ),

    {% endfor -%}
    wide as (

        select
            {{ key }},
            max(case when limit_name = 'exact_lower' then log_odds end) as exact_lower,
            max(case when limit_name = 'exact_upper' then -log_odds end) as exact_upper,
            max(case when limit_name = 'midp_lower' then log_odds end) as midp_lower,
            max(case when limit_name = 'midp_upper' then -log_odds end) as midp_upper
        from step_8
        group by {{ key }}

    )

    select
        given.{{ key }},
        {%- for kind in ['exact', 'midp'] %}
        case
            when given.reason is not null then null
            when given.x1 = 0 then 0.0
            else exp(wide.{{ kind }}_lower) * given.n0 / given.n1
        end as {{ kind }}_lower,
        case when given.reason is null then exp(wide.{{ kind }}_upper) * given.n0 / given.n1 end as {{ kind }}_upper,
        {%- endfor %}
        case
            when given.reason is not null then given.reason
            when given.x1 = 0 and given.x0 = 0 then 'no events in either group'
            when given.x0 = 0 then 'no events in the reference, so the ratio has no upper limit'
        end as reason
    from given
    left join wide
        on given.{{ key }} = wide.{{ key }}
{%- endmacro %}
