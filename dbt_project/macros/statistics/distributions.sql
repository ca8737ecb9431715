{#- Distribution functions in plain SQL. DuckDB and Spark have no normal distribution of their own. -#}

{#- A polynomial by Horner's rule, highest power first. -#}
{% macro polynomial(x, coefficients) -%}
    {%- set ns = namespace(expression=coefficients[0]) -%}
    {%- for coefficient in coefficients[1:] -%}
        {%- set ns.expression = '(' ~ ns.expression ~ ' * (' ~ x ~ ') + ' ~ coefficient ~ ')' -%}
    {%- endfor -%}
    {{ ns.expression }}
{%- endmacro %}

{#- Complementary error function of x >= 0: W. J. Cody, Rational Chebyshev approximations for the error function,
    Mathematics of Computation 23 (1969); close to double precision, tails included. -#}
{% macro erfc_positive(x) -%}
    {%- set square = '(' ~ x ~ ') * (' ~ x ~ ')' -%}
    {%- set inverse = '(1.0 / (' ~ square ~ '))' -%}
    case
        -- without this a missing statistic would fall through to a p-value of zero
        when {{ x }} is null then null
        when {{ x }} <= 0.46875 then
            1.0 - ({{ x }})
            * {{ polynomial(square, ['1.85777706184603153e-1', '3.16112374387056560e0', '1.13864154151050156e2', '3.77485237685302021e2', '3.20937758913846947e3']) }}
            / {{ polynomial(square, ['1.0e0', '2.36012909523441209e1', '2.44024637934444173e2', '1.28261652607737228e3', '2.84423683343917062e3']) }}
        when {{ x }} <= 4.0 then
            exp(-{{ square }})
            * {{ polynomial(x, ['2.15311535474403846e-8', '5.64188496988670089e-1', '8.88314979438837594e0', '6.61191906371416295e1', '2.98635138197400131e2', '8.81952221241769090e2', '1.71204761263407058e3', '2.05107837782607147e3', '1.23033935479799725e3']) }}
            / {{ polynomial(x, ['1.0e0', '1.57449261107098347e1', '1.17693950891312499e2', '5.37181101862009858e2', '1.62138957456669019e3', '3.29079923573345963e3', '4.36261909014324716e3', '3.43936767414372164e3', '1.23033935480374942e3']) }}
        when {{ x }} <= 26.5 then
            exp(-{{ square }}) / ({{ x }})
            * (0.56418958354775628695 - {{ inverse }}
            * {{ polynomial(inverse, ['1.63153871373020978e-2', '3.05326634961232344e-1', '3.60344899949804439e-1', '1.25781726111229246e-1', '1.60837851487422766e-2', '6.58749161529837803e-4']) }}
            / {{ polynomial(inverse, ['1.0e0', '2.56852019228982242e0', '1.87295284992346725e0', '5.27905102951428412e-1', '6.05183413124413191e-2', '2.33520497626869185e-3']) }})
        else 0.0
    end
{%- endmacro %}

{#- Two-sided p-value of a standard normal statistic. -#}
{% macro normal_two_sided_p(z) -%}
    {{ erfc_positive("(abs(" ~ z ~ ") / 1.4142135623730951)") }}
{%- endmacro %}

{#- Standard normal distribution function. -#}
{% macro normal_cdf(z) -%}
    case
        when {{ z }} is null then null
        when {{ z }} < 0 then 0.5 * ({{ normal_two_sided_p(z) }})
        else 1.0 - 0.5 * ({{ normal_two_sided_p(z) }})
    end
{%- endmacro %}

{#- Probability that a chi-squared variable of `df` degrees of freedom (a whole number, 1 to 40) exceeds a
    statistic; NULL for other df. Whole df have a closed sum: exp(-y) y^a / Gamma(a + 1) with y half the statistic,
    over a = 0, 1, ... below df / 2 where df is even, over a = 1/2, 3/2, ... where it is odd, and there
    erfc(sqrt(y)) besides. -#}
{% macro chi_squared_p(statistic, df) -%}
    {%- set half = '(' ~ statistic ~ ' / 2.0)' -%}
    case
        when {{ statistic }} is null or {{ df }} is null then null
        when {{ df }} < 1 or {{ df }} > 40 or {{ df }} <> floor({{ df }}) or {{ statistic }} < 0 then null
        when {{ statistic }} = 0 then 1.0
        when mod({{ df }}, 2) = 0 then least(1.0, exp(-{{ half }}) * {{ chi_squared_sum(half, df, 0.0) }})
        when {{ df }} = 1 then {{ normal_two_sided_p("sqrt(" ~ statistic ~ ")") }}
        else least(1.0, {{ normal_two_sided_p("sqrt(" ~ statistic ~ ")") }}
            + exp(-{{ half }}) * sqrt({{ half }}) / 0.886226925452758 * {{ chi_squared_sum(half, df, 0.5) }})
    end
{%- endmacro %}

{#- 1 + y/(a+1) + y^2/((a+1)(a+2)) + ... as far as df asks. -#}
{% macro chi_squared_sum(half, df, first) -%}
    {%- set ns = namespace(product=1.0) -%}
    (
        1.0
        {%- for j in range(1, 20) %}
        {%- set ns.product = ns.product * (first + j) %}
        + case when {{ df }} > {{ 2 * (first + j) }} then power({{ half }}, {{ j }}) / {{ '%.16e' % ns.product }} else 0.0 end
        {%- endfor %}
    )
{%- endmacro %}

{#- The normal quantiles of 95% and 99.8% limits. The exponent makes them doubles: as decimals they overflow. -#}
{% macro z_95() -%} 1.959963984540054e0 {%- endmacro %}
{% macro z_998() -%} 3.090232306167813e0 {%- endmacro %}
