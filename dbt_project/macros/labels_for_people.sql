{#- A group's name as people read it; crossed groups are named by both. -#}
{% macro group_name(figure, strata) -%}
    case
        when {{ figure }}.dimension = 'total' then 'All'
        when {{ strata }}.group_name is not null then {{ strata }}.group_name
        else concat({{ figure }}.native_group, ', ', {{ figure }}.native_group_2)
    end
{%- endmacro %}

{#- A period as people read it: 'April 2025', 'February to April 2025', '2022-23', '2022'. -#}
{% macro period_label(start, end, window) -%}
    case
        when {{ window }} = 'calendar_year' then cast(extract(year from {{ start }}) as varchar)
        when {{ window }} = 'financial_year' then concat(
            cast(extract(year from {{ start }}) as varchar), '-',
            substring(cast(extract(year from {{ end }}) as varchar), 3, 2)
        )
        when {{ window }} = 'pooled_years' then concat(
            cast(extract(year from {{ start }}) as varchar), ' to ', cast(extract(year from {{ end }}) as varchar)
        )
        when {{ window }} = 'snapshot' then cast(extract(year from {{ start }}) as varchar)
        when extract(year from {{ start }}) = extract(year from {{ end }})
            and extract(month from {{ start }}) = extract(month from {{ end }})
            then concat({{ month_name(end) }}, ' ', cast(extract(year from {{ end }}) as varchar))
        when extract(year from {{ start }}) = extract(year from {{ end }})
            then concat({{ month_name(start) }}, ' to ', {{ month_name(end) }}, ' ', cast(extract(year from {{ end }}) as varchar))
        else concat(
            {{ month_name(start) }}, ' ', cast(extract(year from {{ start }}) as varchar), ' to ',
            {{ month_name(end) }}, ' ', cast(extract(year from {{ end }}) as varchar)
        )
    end
{%- endmacro %}

{% macro month_name(date) -%}
    case extract(month from {{ date }})
        {%- for name in ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] %}
        when {{ loop.index }} then '{{ name }}'
        {%- endfor %}
    end
{%- endmacro %}

{#- Where the name of an organisation stands: suppliers and hospitals are named after the trust that they belong to, whose
    code is the first three signs of a hospital's. -#}
{% macro named_level(level) -%}
    case when {{ level }} in ('supplier', 'hospital') then 'provider' else {{ level }} end
{%- endmacro %}

{% macro named_code(level, code) -%}
    case when {{ level }} = 'hospital' then substring({{ code }}, 1, 3) else {{ code }} end
{%- endmacro %}

{#- The organisation of a row with its name, and the supplier of a row of local records with its own. -#}
{% macro with_organisation(row) -%}
left join (
    select
        organisation_level,
        organisation_code,
        max(organisation_name) as organisation_name
    from {{ ref('dim_organisation') }}
    group by organisation_level, organisation_code
) as organisation
    on
        {{ named_level(row ~ '.organisation_level') }} = organisation.organisation_level
        and {{ named_code(row ~ '.organisation_level', row ~ '.organisation_code') }} = organisation.organisation_code
left join (
    select
        supplier_code,
        max(supplier_name) as supplier_name
    from {{ ref('fct_submission') }}
    group by supplier_code
) as supplier
    on
        {{ row }}.organisation_level in ('supplier', 'hospital')
        and {{ named_code(row ~ '.organisation_level', row ~ '.organisation_code') }} = supplier.supplier_code
{%- endmacro %}
