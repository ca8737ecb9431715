-- A figure's name stands for one figure, whatever table it is in.
{% set tables = [
    'fct_metric_value', 'fct_equity_gap', 'fct_inequality', 'fct_trend', 'fct_trend_point', 'fct_funnel',
    'fct_representation', 'fct_data_quality', 'fct_gap_robustness', 'fct_evidence', 'fct_evidence_figure',
    'fct_voice_representation',
] %}

with every_figure as (

    {% for table in tables %}
    select figure_id
    from {{ ref(table) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    figure_id,
    count(*) as times
from every_figure
group by figure_id
having count(*) > 1
