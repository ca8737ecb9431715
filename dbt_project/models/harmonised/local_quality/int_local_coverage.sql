-- How much of a system its local records stand for: of the providers that publish counts of women booked or babies born,
-- those whose records are held in the months of each period, and their share of the published counts of those months.
{% set records = {'booking': 'bookings', 'birth': 'babies'} %}
with counted as (

    {% for record in records %}
    select
        '{{ record }}' as record,
        organisation_level,
        organisation_code,
        period_kind,
        period_start,
        period_end
    from {{ ref('int_local__' ~ record ~ '_period') }}
    where grouped_by = 'total'
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

period as (

    select distinct
        record,
        organisation_code as lmns_code,
        period_start,
        period_end
    from counted
    where organisation_level = 'lmns'

),

supplied as (

    select distinct
        counted.record,
        organisation.lmns_code,
        counted.organisation_code as provider_code,
        counted.period_start as month_start
    from counted
    inner join {{ ref('dim_organisation') }} as organisation
        on
            counted.organisation_level = 'provider'
            and organisation.organisation_level = 'provider'
            and counted.organisation_code = organisation.organisation_code
    where counted.period_kind = 'month'

),

published as (

    {% for record, metric in records.items() %}
    select
        '{{ record }}' as record,
        lmns_code,
        organisation_code as provider_code,
        period_start as month_start,
        numerator as people
    from {{ ref('int_figure_protected') }}
    where
        metric_id = '{{ metric }}'
        and organisation_level = 'provider'
        and organisation_role = 'provider'
        and dimension = 'total'
        and period_window = 'month'
        and numerator > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

every_month as (

    select
        record,
        lmns_code,
        provider_code,
        month_start
    from published
    union
    select
        record,
        lmns_code,
        provider_code,
        month_start
    from supplied

),

provider_month as (

    select
        every_month.*,
        published.people,
        supplied.provider_code is not null as is_supplied
    from every_month
    left join published
        on
            every_month.record = published.record
            and every_month.provider_code = published.provider_code
            and every_month.month_start = published.month_start
    left join supplied
        on
            every_month.record = supplied.record
            and every_month.provider_code = supplied.provider_code
            and every_month.month_start = supplied.month_start

),

-- a month that no provider of the system sent is missing, which is told beside the figure, and is of no provider
held_month as (

    select distinct
        record,
        lmns_code,
        month_start
    from supplied

),

held_provider_month as (

    select provider_month.*
    from provider_month
    inner join held_month
        on
            provider_month.record = held_month.record
            and provider_month.lmns_code = held_month.lmns_code
            and provider_month.month_start = held_month.month_start

),

covered as (

    select
        period.record,
        period.lmns_code,
        period.period_start,
        period.period_end,
        count(distinct held_provider_month.provider_code) as providers,
        count(distinct case when held_provider_month.is_supplied then held_provider_month.provider_code end) as providers_supplied,
        sum(held_provider_month.people) as people,
        sum(case when held_provider_month.is_supplied then held_provider_month.people else 0 end) as people_supplied
    from period
    left join held_provider_month
        on
            period.record = held_provider_month.record
            and period.lmns_code = held_provider_month.lmns_code
            and held_provider_month.month_start between period.period_start and period.period_end
    group by period.record, period.lmns_code, period.period_start, period.period_end

)

select
    record,
    lmns_code,
    period_start,
    period_end,
    cast(providers as integer) as providers,
    cast(providers_supplied as integer) as providers_supplied,
    people_supplied / nullif(people, 0) as share_of_published,
    coalesce(people_supplied / nullif(people, 0) >= {{ var('local_coverage_expected') }}, providers_supplied = providers) as is_whole,
    case
        when providers_supplied < providers
            then concat(
                'From the records of ', cast(providers_supplied as varchar), ' of the ', cast(providers as varchar),
                ' providers of this system, which have ',
                cast(cast(round(100 * people_supplied / people, 0) as integer) as varchar), '% of the ',
                case record when 'booking' then 'women booked' else 'babies born' end, ' in the published counts.'
            )
    end as note
from covered
