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

{#- A note of the gate behind the notes that a figure has already. -#}
{% macro with_caveat(caveat, note) -%}
    case when {{ caveat }} is null then '{{ note }}' else concat({{ caveat }}, ' {{ note }}') end
{%- endmacro %}

{#- Rows of files: a row of records is a person, so it is shown as a count of people is. -#}
{% macro protected_rows(rows, source_id) -%}
    case when {{ needs_protection(source_id) }} then cast({{ protected_count(rows) }} as bigint) else {{ rows }} end
{%- endmacro %}
