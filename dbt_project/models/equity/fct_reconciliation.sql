-- Rows in = rows out + reasons, for every table and step. A row that does not add up fails a test.
with reading as (

    select
        source_id,
        table_name,
        '1 file to raw' as step,
        sum(rows_read) as rows_in,
        sum(rows_loaded) as rows_out,
        'put in quarantine: breaks the contract of the source' as reason,
        sum(rows_quarantined) as rows_reason
    from {{ source('register', 'file_table') }}
    group by source_id, table_name

),

observed_rows as (

    select
        table_name,
        count(*) as source_rows
    from (
        select
            table_name,
            file_id,
            row_number
        from {{ ref('int_observation_union') }}
        where row_number is not null
        union
        select
            table_name,
            file_id,
            row_number
        from {{ ref('int_summed_row') }}
    ) as distinct_row
    group by table_name

),

observing as (

    select
        file_table.source_id,
        file_table.table_name,
        '2 raw to observed (source rows)' as step,
        file_table.source_rows as rows_in,
        coalesce(observed_rows.source_rows, 0) as rows_out,
        'no observation is read from these rows: look-ups, headings, and cells that the audit does not use' as reason,
        file_table.source_rows - coalesce(observed_rows.source_rows, 0) as rows_reason
    from (
        select
            source_id,
            table_name,
            sum(source_rows) as source_rows
        from {{ source('register', 'file_table') }}
        where source_id <> 'local'
        group by source_id, table_name
    ) as file_table
    left join observed_rows
        on file_table.table_name = observed_rows.table_name

),

choosing_total as (

    select
        observation.source_id,
        observation.table_name,
        choice.choice_reason,
        count(*) as observations
    from {{ ref('int_observation_union') }} as observation
    inner join {{ ref('int_file_choice') }} as choice
        on
            observation.source_id = choice.source_id
            and observation.table_name = choice.table_name
            and observation.concept = choice.concept
            and observation.file_id = choice.file_id
            and observation.release = choice.release
            and coalesce(observation.organisation_level, '') = coalesce(choice.organisation_level, '')
            and coalesce(observation.period_start, cast('0001-01-01' as date))
            = coalesce(choice.period_start, cast('0001-01-01' as date))
            and coalesce(observation.period_end, cast('0001-01-01' as date))
            = coalesce(choice.period_end, cast('0001-01-01' as date))
    group by observation.source_id, observation.table_name, choice.choice_reason

),

union_total as (

    select
        source_id,
        table_name,
        count(*) as observations
    from {{ ref('int_observation_union') }}
    group by source_id, table_name

),

choosing as (

    select
        union_total.source_id,
        union_total.table_name,
        '3 observed to used (observations)' as step,
        union_total.observations as rows_in,
        coalesce(used.observations, 0) as rows_out,
        coalesce(unused.choice_reason, 'none left out') as reason,
        coalesce(unused.observations, 0) as rows_reason
    from union_total
    left join choosing_total as used
        on
            union_total.table_name = used.table_name
            and used.choice_reason = 'used'
    left join choosing_total as unused
        on
            union_total.table_name = unused.table_name
            and unused.choice_reason <> 'used'

),

mapping_total as (

    select
        source_id,
        table_name,
        count(*) as rows_in,
        sum(case when problem is null then 1 else 0 end) as rows_out
    from {{ ref('int_observation') }}
    group by source_id, table_name

),

mapping_problem as (

    select
        table_name,
        problem,
        count(*) as rows_reason
    from {{ ref('int_observation') }}
    where problem is not null
    group by table_name, problem

),

mapping as (

    select
        mapping_total.source_id,
        mapping_total.table_name,
        '4 used to fact (observations)' as step,
        mapping_total.rows_in,
        mapping_total.rows_out,
        case
            when mapping_problem.problem is null then 'none set aside'
            else concat('set aside: ', mapping_problem.problem)
        end as reason,
        coalesce(mapping_problem.rows_reason, 0) as rows_reason
    from mapping_total
    left join mapping_problem
        on mapping_total.table_name = mapping_problem.table_name

),

-- rows of local files are used as they stand: each of them, or not
local_total as (

    select
        table_name,
        count(*) as rows_in,
        sum(case when is_used then 1 else 0 end) as rows_out
    from {{ ref('int_local_row') }}
    group by table_name

),

local_unused as (

    select
        table_name,
        choice_reason,
        count(*) as rows_reason
    from {{ ref('int_local_row') }}
    where not is_used
    group by table_name, choice_reason

),

local_rows as (

    select
        'local' as source_id,
        local_total.table_name,
        '2 raw to used (local rows)' as step,
        local_total.rows_in,
        local_total.rows_out,
        coalesce(local_unused.choice_reason, 'none left out') as reason,
        coalesce(local_unused.rows_reason, 0) as rows_reason
    from local_total
    left join local_unused
        on local_total.table_name = local_unused.table_name

),

every_step as (

    select * from reading
    union all
    select * from local_rows
    union all
    select * from observing
    union all
    select * from choosing
    union all
    select * from mapping

)

select
    source_id,
    table_name,
    step,
    cast(rows_in as bigint) as rows_in,
    cast(rows_out as bigint) as rows_out,
    reason,
    cast(rows_reason as bigint) as rows_reason
from every_step
