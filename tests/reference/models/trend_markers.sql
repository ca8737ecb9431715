-- Fingertips' marker: the last five years.
with recent as (

    select
        cases.*,
        row_number() over (partition by series_id order by year desc) as years_back
    from {{ source('cases', 'inputs_trend') }} as cases

),

last_five as (

    select * from recent where years_back <= 5

),

answered as (

    {{ cochran_armitage('last_five', ['series_id'], x='numerator', n='denominator') }}

)

select * from answered
