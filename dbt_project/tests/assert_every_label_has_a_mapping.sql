-- Every label and code that publishers use is on a register or code list. What is not is set aside and shows here by
-- its name, with how to put it right.
{{ config(severity='warn') }}

select
    source_id,
    table_name,
    problem,
    problem_label,
    what_to_do,
    count(*) as observations
from {{ ref('fct_observation_rejected') }}
group by source_id, table_name, problem, problem_label, what_to_do
