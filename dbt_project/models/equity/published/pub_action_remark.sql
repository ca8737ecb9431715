-- What could not be taken of the plans that came back: of each system the files of its newest edition.
with returned as (

    select
        file_id,
        max(lmns_code) as lmns_code,
        max(substring(coalesce(edition, ''), 1, 7)) as edition_month
    from {{ ref('stg_action_plan__row') }}
    group by file_id

),

newest as (

    select
        lmns_code,
        max(edition_month) as edition_month
    from returned
    group by lmns_code

)

select
    returned.lmns_code,
    remark.file_id as file_sha256,
    remark.sheet,
    remark.row_number,
    remark.column_name,
    remark.rule,
    remark.message
from {{ ref('stg_register__file_remark') }} as remark
inner join returned
    on remark.file_id = returned.file_id
inner join newest
    on
        returned.lmns_code = newest.lmns_code
        and returned.edition_month = newest.edition_month
where remark.source_id = 'action_plan'
