{#- Rates made comparable between areas of different composition. Each takes one row a stratum (age band) and gives
    one row a key; an area that cannot be standardised has NULL and a reason. -#}

{#- Directly standardised rate with Dobson's limits. `weight` is the standard population of the stratum. -#}
{% macro directly_standardised_rate(relation, keys, x='x', n='n', weight='weight', multiplier='1.0') -%}
    with stratum as (

        select
            {{ keys | join(', ') }},
            {{ x }} as stratum_x,
            {{ n }} as stratum_n,
            {{ weight }} as stratum_weight,
            case
                when {{ x }} is null or {{ n }} is null or {{ weight }} is null then 'a count is missing'
                when {{ n }} <= 0 then 'nobody to count in a stratum'
                when {{ x }} < 0 or {{ weight }} < 0 then 'a count is negative'
            end as stratum_problem
        from {{ relation }}

    ),

    summed as (

        select
            {{ keys | join(', ') }},
            min(stratum_problem) as problem,
            sum(stratum_x) as events,
            sum(stratum_n) as people,
            sum(stratum_weight) as weights,
            sum(case when stratum_n > 0 then stratum_weight * stratum_x * 1.0 / stratum_n end) as weighted_rate,
            sum(case when stratum_n > 0 then stratum_weight * stratum_weight * stratum_x / (stratum_n * 1.0 * stratum_n) end) as weighted_variance
        from stratum
        group by {{ keys | join(', ') }}

    ),

    judged as (

        select
            summed.*,
            case
                when problem is not null then problem
                when weights <= 0 then 'the standard population is empty'
                when events < 10 then 'fewer than 10 events'
            end as reason
        from summed

    ),

    limited as (

        select
            judged.*,
            case when reason is null then weighted_rate / weights end as rate,
            case when reason is null then sqrt(weighted_variance / (weights * weights * events)) end as dobson,
            {{ poisson_lower('events', '95') }} as events_lower_95,
            {{ poisson_upper('events', '95') }} as events_upper_95,
            {{ poisson_lower('events', '998') }} as events_lower_998,
            {{ poisson_upper('events', '998') }} as events_upper_998
        from judged

    )

    select
        {{ keys | join(', ') }},
        events,
        people,
        {{ multiplier }} * rate as value,
        {%- for limit in ['lower_95', 'upper_95', 'lower_998', 'upper_998'] %}
        {{ multiplier }} * (rate + dobson * (events_{{ limit }} - events)) as {{ limit }},
        {%- endfor %}
        reason
    from limited
{%- endmacro %}

{#- Indirect standardisation: `ratio` is observed over expected (times 100 it is an SMR), `rate` is the ratio times the
    reference rate. Expected events come from the reference's rate in each stratum. -#}
{% macro indirectly_standardised(relation, keys, x='x', n='n', reference_x='reference_x', reference_n='reference_n') -%}
    with stratum as (

        select
            {{ keys | join(', ') }},
            {{ x }} as stratum_x,
            {{ n }} as stratum_n,
            {{ reference_x }} as stratum_reference_x,
            {{ reference_n }} as stratum_reference_n,
            case
                when {{ x }} is null or {{ n }} is null or {{ reference_x }} is null or {{ reference_n }} is null
                    then 'a count is missing'
                when {{ x }} < 0 or {{ n }} < 0 or {{ reference_x }} < 0 then 'a count is negative'
                when {{ reference_n }} <= 0 then 'nobody in the reference population of a stratum'
            end as stratum_problem
        from {{ relation }}

    ),

    summed as (

        select
            {{ keys | join(', ') }},
            min(stratum_problem) as problem,
            sum(stratum_x) as observed,
            sum(case when stratum_reference_n > 0 then stratum_n * 1.0 * stratum_reference_x / stratum_reference_n end) as expected,
            sum(stratum_reference_x) * 1.0 / nullif(sum(stratum_reference_n), 0) as reference_rate
        from stratum
        group by {{ keys | join(', ') }}

    ),

    judged as (

        select
            summed.*,
            case
                when problem is not null then problem
                when expected <= 0 then 'no events are expected'
            end as reason
        from summed

    ),

    measured as (

        select
            {{ keys | join(', ') }},
            observed,
            expected,
            reference_rate,
            reason,
            case when reason is null then observed / expected end as ratio,
            {%- for limit, macro in [('lower_95', poisson_lower), ('upper_95', poisson_upper)] %}
            case when reason is null then ({{ macro('observed', '95') }}) / expected end as ratio_{{ limit }},
            {%- endfor %}
            {%- for limit, macro in [('lower_998', poisson_lower), ('upper_998', poisson_upper)] %}
            case when reason is null then ({{ macro('observed', '998') }}) / expected end as ratio_{{ limit }}{{ ',' if not loop.last }}
            {%- endfor %}
        from judged

    )

    select
        measured.*,
        ratio * reference_rate as rate,
        {%- for limit in ['lower_95', 'upper_95', 'lower_998', 'upper_998'] %}
        ratio_{{ limit }} * reference_rate as rate_{{ limit }}{{ ',' if not loop.last }}
        {%- endfor %}
    from measured
{%- endmacro %}
