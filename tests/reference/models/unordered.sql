-- WHO's measures of groups without an order. Counts are the values times the people.
with counted as (

    select
        cases.*,
        row_number() over (partition by case_id order by position) as group_position,
        round(est / scaleval * pop) as x
    from {{ source('cases', 'inputs_heq_nonordered') }} as cases

),

answered as (

    {{ unordered_inequality(
    'counted', ['case_id'], position='group_position', population='pop', value='est', favourable='favourable_indicator = 1',
    reference='reference_subgroup = 1', n='pop', se='se'
) }}

)

select * from answered
