-- Each figure of the template under the metric that its row names; the citation goes with it. A group is a code or
-- name of seeds/strata.csv, written out in seeds/labels.csv.
with described as (

    select
        figures.*,
        case when figures.dimension <> 'total' then concat('published_table.', figures.dimension) end as vocabulary,
        case
            when figures.months = 1 then 'month'
            when figures.months = 3 then 'quarter'
            when figures.months = 12 and extract(month from figures.period_start) = 1 then 'calendar_year'
            when figures.months = 12 and extract(month from figures.period_start) = 4 then 'financial_year'
            when figures.months = 12 then 'rolling_12_months'
            else 'pooled_years'
        end as period_window,
        concat('From ', figures.citation, case when figures.note is null then '' else concat('. ', figures.note) end) as caveat
    from {{ ref('stg_published_table__figures') }} as figures

),

every_part as (

    select
        described.*,
        'Value' as part,
        'rate' as measure,
        value as part_value,
        value as value_low,
        value as value_high,
        mark as part_mark
    from described
    where value is not null or mark is not null or numerator is null

    {% for part, column in [('Numerator', 'numerator'), ('Denominator', 'denominator')] %}
    union all
    select
        described.*,
        '{{ part }}' as part,
        'count' as measure,
        {{ column }} as part_value,
        case rounding
            when 'msds' then {{ rounded_low(column) }}
            when 'nearest 5' then {{ rounded_low(column, 'nearest_5') }}
            else {{ column }}
        end as value_low,
        case rounding
            when 'msds' then {{ rounded_high(column) }}
            when 'nearest 5' then {{ rounded_high(column, 'nearest_5') }}
            else {{ column }}
        end as value_high,
        cast(null as varchar) as part_mark
    from described
    where {{ column }} is not null
    {% endfor %}

    {% for part, column in [('Lower 95', 'lower_95'), ('Upper 95', 'upper_95')] %}
    union all
    select
        described.*,
        '{{ part }}' as part,
        'rate' as measure,
        {{ column }} as part_value,
        {{ column }} as value_low,
        {{ column }} as value_high,
        cast(null as varchar) as part_mark
    from described
    where {{ column }} is not null
    {% endfor %}

)

select
    'published_table' as source_id,
    'published_table__figures' as table_name,
    every_part.file_id,
    every_part.row_number,
    every_part.organisation_code,
    every_part.organisation_level,
    case when every_part.organisation_level in ('provider', 'neonatal_unit', 'neonatal_network') then 'provider' else 'residence' end
        as organisation_role,
    every_part.period_start,
    every_part.period_end,
    every_part.period_window,
    register.release,
    concat('published_table.', every_part.metric_id) as concept,
    every_part.part,
    every_part.vocabulary,
    case when every_part.vocabulary is not null then every_part.group_name end as native_group,
    cast(null as varchar) as vocabulary_2,
    cast(null as varchar) as native_group_2,
    every_part.measure,
    every_part.part_value as value,
    every_part.value_low,
    every_part.value_high,
    every_part.part_mark as mark,
    every_part.caveat
from every_part
inner join {{ source('register', 'file_register') }} as register
    on every_part.file_id = register.file_id
