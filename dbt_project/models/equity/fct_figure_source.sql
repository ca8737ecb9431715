-- Which rows of which files, and which look-ups, stand behind each metric value and each figure of staff: the way back for `equity-audit trace`.
select
    metric_value.figure_id,
    part.component_role,
    part.file_id,
    part.row_number,
    -- a part counted from records is no published value: only the gate shows it
    case when not {{ needs_protection('part.source_id') }} then part.value end as published_value,
    part.mark as published_mark
from {{ ref('fct_metric_value') }} as metric_value
inner join {{ ref('int_metric_observation') }} as part
    on
        metric_value.metric_id = part.metric_id
        and metric_value.organisation_code = part.organisation_code
        and metric_value.organisation_level = part.organisation_level
        and metric_value.organisation_role = part.organisation_role
        and metric_value.period_start = part.period_start
        and metric_value.period_end = part.period_end
        and (
            (
                metric_value.dimension = part.dimension
                and metric_value.group_code = part.group_code
                and coalesce(metric_value.vocabulary, '') = coalesce(part.vocabulary, '')
            )
            or (part.kind = 'composition' and part.component_role = 'denominator')
        )
union all
select
    metric_value.figure_id,
    lookup_file.purpose as component_role,
    lookup_file.file_id,
    cast(null as bigint) as row_number,
    cast(null as double) as published_value,
    cast(null as varchar) as published_mark
from {{ ref('fct_metric_value') }} as metric_value
inner join {{ ref('int_lookup_file') }} as lookup_file
    on metric_value.source_id = lookup_file.source_id
{% for role, column in [('numerator', 'row_number'), ('denominator', 'denominator_row_number'), ('reference', 'reference_row_number')] %}
union all
select
    workforce.figure_id,
    '{{ role }}' as component_role,
    workforce.{{ 'reference_file_id' if role == 'reference' else 'file_id' }} as file_id,
    workforce.{{ column }} as row_number,
    cast(null as double) as published_value,
    cast(null as varchar) as published_mark
from {{ ref('fct_workforce') }} as workforce
where
    workforce.{{ column }} is not null
    {%- if role == 'denominator' %}
    and workforce.denominator_row_number <> workforce.row_number
    {%- endif %}
{% endfor %}
