{#- Which figures the gate protects, and what a shown figure carries. Rounding itself is in counts.sql. -#}

{#- Whether a source's figures were never public and so need protection. -#}
{% macro needs_protection(source_id) -%}
    {{ source_id }} in (
        {%- for source in var('protection')['sources'] %}'{{ source }}'{{ ", " if not loop.last }}{% endfor -%}
    )
{%- endmacro %}

{#- Name and version of the rules, as every protected figure carries it. -#}
{% macro protection_profile() -%}
    '{{ var('protection')['profile'] }} {{ var('protection')['version'] }}'
{%- endmacro %}

{#- Whether a metric is of a rare and sensitive kind, which one short period must not show. -#}
{% macro is_sensitive(metric_id) -%}
    (
        {%- for topic in var('protection')['sensitive_topics'] %}
        {{ metric_id }} like '%{{ topic }}%'{{ " or" if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{#- Decimals that a share out of so many people, rounded, can bear. -#}
{% macro protected_decimals(denominator, decimals) -%}
    case
        when {{ denominator }} >= {{ var('protection')['one_decimal_from'] }} then least({{ decimals }}, 1)
        else 0
    end
{%- endmacro %}

{#- Decimals that a figure is shown with: those of its metric where it was published, else what its people can bear. -#}
{% macro shown_decimals(figure, metric) -%}
    case
        when {{ figure }}.protection is null or {{ metric }}.kind = 'count' then {{ metric }}.decimals
        else {{ protected_decimals(figure ~ '.denominator', metric ~ '.decimals') }}
    end
{%- endmacro %}

{#- A value at the decimals that it may show where it is protected; a published one as it was published. -#}
{% macro at_decimals(value, decimals, is_protected) -%}
    case
        when not {{ is_protected }} then {{ value }}
        when {{ decimals }} >= 1 then round({{ value }}, 1)
        else round({{ value }}, 0)
    end
{%- endmacro %}

{#- A ratio or another modelled number to two significant figures where it is protected. -#}
{% macro at_two_figures(value, is_protected) -%}
    case when {{ is_protected }} then {{ two_figures(value) }} else {{ value }} end
{%- endmacro %}

{#- A note of the gate behind the notes that a figure has already. -#}
{% macro with_caveat(caveat, note) -%}
    case when {{ caveat }} is null then '{{ note }}' else concat({{ caveat }}, ' {{ note }}') end
{%- endmacro %}

{#- Rows of files: a row of records is a person, so it is shown as a count of people is. -#}
{% macro protected_rows(rows, source_id) -%}
    case when {{ needs_protection(source_id) }} then cast({{ protected_count(rows) }} as bigint) else {{ rows }} end
{%- endmacro %}
