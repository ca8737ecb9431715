with successor as (

    select
        succession.predecessor_code as lmns_code,
        min(succession.effective_date) as succeeded_on,
        count(*) as successors,
        {{ dbt.listagg("concat(lmns.lmns_name, ' (', lmns.lmns_code, ')')", "', '", "order by lmns.lmns_code") }} as successor_names
    from {{ ref('lmns_succession') }} as succession
    inner join {{ ref('lmns') }} as lmns
        on
            succession.successor_code = lmns.lmns_code
            and lmns.valid_from = succession.effective_date
    group by succession.predecessor_code

)

select
    lmns.lmns_code,
    lmns.ons_code,
    lmns.lmns_name,
    lmns.region_code,
    regions.region_name,
    lmns.valid_from,
    coalesce(lmns.valid_to, cast('9999-12-31' as date)) as valid_to,
    case
        when successor.successors > 1
            then concat(
                'From ', cast(successor.succeeded_on as varchar), ' this area is divided between ',
                successor.successor_names, '. Its figures cannot be carried over to them exactly, so they are not.'
            )
        when successor.successors = 1
            then concat(
                'From ', cast(successor.succeeded_on as varchar), ' this area is part of ',
                successor.successor_names, '.'
            )
    end as successor_note
from {{ ref('lmns') }} as lmns
inner join {{ ref('regions') }} as regions
    on lmns.region_code = regions.region_code
left join successor
    on
        lmns.lmns_code = successor.lmns_code
        and lmns.valid_to is not null
