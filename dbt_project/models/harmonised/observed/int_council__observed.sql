-- Figures of councils as they give them, each for the council's own area.
with chosen as (

    select
        staged.*,
        case
            when staged.dimension = 'all' then null
            when staged.dimension = 'ethnicity' and length(staged.group_code) <= 2 then 'council.ethnic_category'
            when staged.dimension = 'ethnicity' then 'council.ethnic_group'
            else concat('council.', staged.dimension)
        end as vocabulary,
        {{ dbt.datediff('staged.period_start', 'staged.period_end', 'month') }} + 1 as months
    from {{ ref('stg_local__council_indicator') }} as staged
    inner join {{ ref('int_local_row') }} as local_row
        on
            staged.file_id = local_row.file_id
            and staged.row_number = local_row.row_number
            and local_row.dataset = 'council_indicator'
    where local_row.is_used

),

every_part as (

    {% for part, column in [
        ('Numerator', 'numerator'), ('Denominator', 'denominator'), ('Value', 'value'), ('Lower 95', 'lower_95'),
        ('Upper 95', 'upper_95')
    ] %}
    select
        chosen.*,
        {% if part in ('Numerator', 'Denominator') -%}
        '{{ part }}' as part,
        'count' as measure,
        {{ column }} as part_value,
        {% else -%}
        -- a figure in another unit than per cent keeps its row, under a part that no metric names
        case coalesce(unit, '%') when '%' then '{{ part }}' else concat('{{ part }}, ', unit) end as part,
        'rate' as measure,
        {{ column }} as part_value,
        {% endif -%}
        {{ column }}_mark as part_mark
    from chosen
    where
        {{ column }} is not null
        or {{ column }}_mark is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    'local' as source_id,
    'local__council_indicator' as table_name,
    file_id,
    row_number,
    area_code as organisation_code,
    'council' as organisation_level,
    'residence' as organisation_role,
    period_start,
    period_end,
    case
        when months = 1 then 'month'
        when months = 3 then 'quarter'
        when months = 12 and extract(month from period_start) = 1 then 'calendar_year'
        when months = 12 and extract(month from period_start) = 4 then 'financial_year'
        when months = 12 then 'rolling_12_months'
        when months > 12 then 'pooled_years'
        else 'part_of_year'
    end as period_window,
    'final' as release,
    concat('council.', indicator) as concept,
    part,
    vocabulary,
    case when vocabulary is not null then group_code end as native_group,
    cast(null as varchar) as vocabulary_2,
    cast(null as varchar) as native_group_2,
    measure,
    cast(part_value as double) as value,
    cast(part_value as double) as value_low,
    cast(part_value as double) as value_high,
    part_mark as mark,
    note as caveat
from every_part
