-- How far each figure can be trusted: completeness of ethnic category and postcode, what publishers
-- withheld, providers missing from a month, levels that disagree, published rates that their own
-- counts do not give, rows set aside, and how old each source is. One row a figure.
with composition as (

    select
        metric_value.source_id,
        metric_value.lmns_code,
        metric_value.organisation_code,
        metric_value.organisation_level,
        metric_value.period_start,
        metric_value.period_end,
        metric_value.dimension,
        metric_value.group_code,
        strata.is_unknown,
        strata.family,
        metric_value.numerator
    from {{ ref('fct_metric_value') }} as metric_value
    inner join {{ ref('metrics') }} as metric
        on metric_value.metric_id = metric.metric_id
    inner join {{ ref('strata') }} as strata
        on
            metric_value.dimension = strata.dimension
            and metric_value.group_code = strata.group_code
    where
        metric_value.metric_id = 'bookings_share'
        and metric_value.dimension in ('ethnicity', 'deprivation')
        and metric_value.organisation_level in ('national', 'lmns', 'provider')
        and metric_value.numerator is not null

),

completeness_total as (

    select
        source_id,
        max(lmns_code) as lmns_code,
        organisation_code,
        organisation_level,
        period_start,
        period_end,
        dimension,
        sum(numerator) as women,
        sum(case when not is_unknown then numerator else 0 end) as stated
    from composition
    group by source_id, organisation_code, organisation_level, period_start, period_end, dimension

),

completeness as (

    select
        lmns_code,
        source_id,
        organisation_code,
        organisation_level,
        case dimension when 'ethnicity' then 'Ethnic category at booking' else 'Deprivation of home area at booking' end as item,
        case dimension when 'ethnicity' then 'valid and stated' else 'usable postcode' end as measure,
        stated / nullif(women, 0) as value,
        stated as numerator,
        women as denominator,
        period_start,
        period_end,
        case
            when women = 0 then 'not available'
            when stated / women >= {{ var('completeness_expected') }} then 'good'
            else 'needs attention'
        end as verdict,
        'Counts are rounded by the publisher, so the share is approximate' as detail
    from completeness_total

),

unknown_kind as (

    select
        composition.lmns_code,
        composition.source_id,
        composition.organisation_code,
        composition.organisation_level,
        case composition.dimension when 'ethnicity' then 'Ethnic category at booking' else 'Deprivation of home area at booking' end as item,
        lower(strata.group_name) as measure,
        composition.numerator / nullif(total.women, 0) as value,
        composition.numerator,
        total.women as denominator,
        composition.period_start,
        composition.period_end,
        'information' as verdict,
        case composition.group_code
            when 'NOT_STATED' then 'Asked, and chose not to say: a legitimate answer'
            when 'NOT_KNOWN' then 'Not asked, or not in a condition to be asked'
            else 'No usable value reached the national data set'
        end as detail
    from composition
    inner join completeness_total as total
        on
            composition.organisation_code = total.organisation_code
            and composition.organisation_level = total.organisation_level
            and composition.period_start = total.period_start
            and composition.period_end = total.period_end
            and composition.dimension = total.dimension
    inner join {{ ref('strata') }} as strata
        on
            composition.dimension = strata.dimension
            and composition.group_code = strata.group_code
    where composition.is_unknown

),

-- the publisher's own look at each provider's submission, for the items by which groups are told apart
submitted_part as (

    select
        source_id,
        lmns_code,
        organisation_code,
        organisation_level,
        replace(concept, 'msds_dq.', '') as item,
        folded_part,
        value,
        period_start,
        period_end
    from {{ ref('fct_observation') }}
    where
        table_name = 'msds_monthly__dq'
        and {{ text_matches('lower(concept)', 'ethnic|postcode|lang') }}

),

submitted_item as (

    select
        part.lmns_code,
        part.source_id,
        part.organisation_code,
        part.organisation_level,
        part.item,
        case part.folded_part when 'default' then 'default, such as not known' else part.folded_part end as measure,
        part.value / nullif(denominator.value, 0) as value,
        part.value as numerator,
        denominator.value as denominator,
        part.period_start,
        part.period_end,
        case
            when part.folded_part <> 'valid' then 'information'
            when denominator.value = 0 then 'not available'
            when part.value / denominator.value >= {{ var('completeness_expected') }} then 'good'
            else 'needs attention'
        end as verdict,
        'Records that the provider submitted for the month, by how this item was filled in' as detail
    from submitted_part as part
    inner join submitted_part as denominator
        on
            part.organisation_code = denominator.organisation_code
            and part.item = denominator.item
            and part.period_start = denominator.period_start
            and part.period_end = denominator.period_end
    where
        part.folded_part <> 'denominator'
        and denominator.folded_part = 'denominator'

),

withheld as (

    select
        max(lmns_code) as lmns_code,
        source_id,
        organisation_code,
        organisation_level,
        'Measures with a published rate' as item,
        concat('withheld by the publisher: ', mark) as measure,
        count(*) as withheld_figures,
        period_start,
        period_end,
        mark
    from {{ ref('fct_metric_value') }}
    where
        dimension = 'total'
        and organisation_level in ('national', 'lmns', 'provider')
        and mark in ('Low DQ', 'DNS', '*', '[c]')
    group by source_id, organisation_code, organisation_level, period_start, period_end, mark

),

figures_total as (

    select
        source_id,
        organisation_code,
        organisation_level,
        period_start,
        period_end,
        count(*) as figures
    from {{ ref('fct_metric_value') }}
    where dimension = 'total'
    group by source_id, organisation_code, organisation_level, period_start, period_end

),

withheld_share as (

    select
        withheld.lmns_code,
        withheld.source_id,
        withheld.organisation_code,
        withheld.organisation_level,
        withheld.item,
        withheld.measure,
        withheld.withheld_figures / nullif(cast(figures_total.figures as double), 0) as value,
        cast(withheld.withheld_figures as double) as numerator,
        cast(figures_total.figures as double) as denominator,
        withheld.period_start,
        withheld.period_end,
        case when withheld.mark in ('Low DQ', 'DNS') then 'needs attention' else 'information' end as verdict,
        case withheld.mark
            when 'Low DQ' then 'The data sent did not pass the publisher''s quality checks: not a zero'
            when 'DNS' then 'The provider did not submit: not a zero'
            else 'Suppressed because the number is small'
        end as detail
    from withheld
    inner join figures_total
        on
            withheld.source_id = figures_total.source_id
            and withheld.organisation_code = figures_total.organisation_code
            and withheld.organisation_level = figures_total.organisation_level
            and withheld.period_start = figures_total.period_start
            and withheld.period_end = figures_total.period_end

),

provider_month as (

    select distinct
        source_id,
        table_name,
        organisation_code,
        max(lmns_code) over (partition by organisation_code) as lmns_code,
        period_start,
        period_end
    from {{ ref('fct_observation') }}
    where
        organisation_level = 'provider'
        and period_window = 'month'

),

table_month as (

    select distinct
        source_id,
        table_name,
        period_start,
        period_end
    from provider_month

),

provider_table as (

    select distinct
        source_id,
        table_name,
        organisation_code,
        lmns_code
    from provider_month

),

-- months of local records that a provider was asked for as their supplier: no other month of its is missing
asked_month as (

    select
        lmns_code,
        supplier_code,
        concat('local__', dataset) as table_name,
        submission_month
    from {{ ref('fct_submission') }}
    where due_date is not null

),

missing_month as (

    select
        provider_table.lmns_code,
        provider_table.source_id,
        provider_table.organisation_code,
        'provider' as organisation_level,
        'Monthly submission' as item,
        concat('absent from ', provider_table.table_name) as measure,
        cast(0 as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        table_month.period_start,
        table_month.period_end,
        'needs attention' as verdict,
        'In other months of this data set, but not in this one' as detail
    from provider_table
    inner join table_month
        on
            provider_table.source_id = table_month.source_id
            and provider_table.table_name = table_month.table_name
    left join provider_month
        on
            provider_table.table_name = provider_month.table_name
            and provider_table.organisation_code = provider_month.organisation_code
            and table_month.period_start = provider_month.period_start
            and table_month.period_end = provider_month.period_end
    left join asked_month
        on
            provider_table.lmns_code = asked_month.lmns_code
            and provider_table.organisation_code = asked_month.supplier_code
            and provider_table.table_name = asked_month.table_name
            and table_month.period_start = asked_month.submission_month
    where
        provider_month.organisation_code is null
        and (not {{ needs_protection('provider_table.source_id') }} or asked_month.submission_month is not null)

),

level_sum as (

    select
        source_id,
        lmns_code,
        concept,
        period_start,
        period_end,
        release,
        sum(value) as providers_value,
        sum(value_low) as providers_low,
        sum(value_high) as providers_high
    from {{ ref('fct_observation') }}
    where
        organisation_level = 'provider'
        and dimension = 'total'
        and folded_part = 'count'
        and measure = 'count'
        and lmns_code is not null
        -- providers' records of one system are one supply: there is no second publication to disagree with
        and not {{ needs_protection('source_id') }}
    group by source_id, lmns_code, concept, period_start, period_end, release

),

level_disagreement as (

    select
        lmns.lmns_code,
        lmns.source_id,
        lmns.organisation_code,
        lmns.organisation_level,
        lmns.concept as item,
        'published for the system and the sum of its providers' as measure,
        lmns.value - level_sum.providers_value as value,
        lmns.value as numerator,
        level_sum.providers_value as denominator,
        lmns.period_start,
        lmns.period_end,
        case
            when lmns.value_low > level_sum.providers_high or lmns.value_high < level_sum.providers_low then 'needs attention'
            else 'good'
        end as verdict,
        case
            when lmns.value_low > level_sum.providers_high or lmns.value_high < level_sum.providers_low
                then 'Further apart than rounding allows: providers may have women of other systems, or be placed in another'
            else 'Agree within rounding'
        end as detail
    from {{ ref('fct_observation') }} as lmns
    inner join level_sum
        on
            lmns.source_id = level_sum.source_id
            and lmns.organisation_code = level_sum.lmns_code
            and lmns.concept = level_sum.concept
            and lmns.period_start = level_sum.period_start
            and lmns.period_end = level_sum.period_end
            and lmns.release = level_sum.release
    where
        lmns.organisation_level = 'lmns'
        and lmns.dimension = 'total'
        and lmns.folded_part = 'count'
        and lmns.measure = 'count'

),

rate_disagreement as (

    select
        metric_value.lmns_code,
        metric_value.source_id,
        metric_value.organisation_code,
        metric_value.organisation_level,
        metric.metric_name as item,
        'published rate and its own counts' as measure,
        metric_value.value as value,
        metric_value.numerator,
        metric_value.denominator,
        metric_value.period_start,
        metric_value.period_end,
        'needs attention' as verdict,
        'The published rate is outside what its published counts allow after rounding' as detail
    from {{ ref('fct_metric_value') }} as metric_value
    inner join {{ ref('metrics') }} as metric
        on metric_value.metric_id = metric.metric_id
    where
        metric.published is not null
        and metric.kind in ('proportion', 'rate')
        and metric_value.organisation_level in ('national', 'lmns', 'provider')
        and metric_value.numerator is not null
        and metric_value.denominator_low > 0
        and (
            metric_value.value + metric.rounding_of_rate
            < metric.multiplier * metric_value.numerator_low / metric_value.denominator_high
            or metric_value.value - metric.rounding_of_rate
            > metric.multiplier * metric_value.numerator_high / metric_value.denominator_low
        )

),

newest as (

    select max(period_end) as newest_end
    from {{ ref('fct_observation') }}

),

source_newest as (

    select
        source_id,
        min(period_start) as period_start,
        max(period_end) as period_end
    from {{ ref('fct_observation') }}
    group by source_id

),

age as (

    select
        cast(null as varchar) as lmns_code,
        source_newest.source_id,
        'E92000001' as organisation_code,
        'national' as organisation_level,
        'Newest data of the source' as item,
        'months behind the newest data in this edition' as measure,
        cast({{ dbt.datediff('source_newest.period_end', 'newest.newest_end', 'month') }} as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        source_newest.period_start,
        source_newest.period_end,
        'information' as verdict,
        concat('Reaches ', cast(source_newest.period_end as varchar)) as detail
    from source_newest
    cross join newest

),

set_aside_rows as (

    select
        source_id,
        sum(case when step = '1 file to raw' then rows_reason else 0 end)
        + sum(case when step = '4 used to fact (observations)' then rows_reason else 0 end) as set_aside
    from {{ ref('fct_reconciliation') }}
    group by source_id

),

rows_read as (

    select
        source_id,
        sum(rows_read) as rows_read
    from {{ source('register', 'file_table') }}
    group by source_id

),

set_aside as (

    select
        cast(null as varchar) as lmns_code,
        rows_read.source_id,
        'E92000001' as organisation_code,
        'national' as organisation_level,
        'Rows of the source' as item,
        'set aside with a reason' as measure,
        set_aside_rows.set_aside / nullif(cast(rows_read.rows_read as double), 0) as value,
        cast(set_aside_rows.set_aside as double) as numerator,
        cast(rows_read.rows_read as double) as denominator,
        source_newest.period_start,
        source_newest.period_end,
        case when set_aside_rows.set_aside > 0 then 'needs attention' else 'good' end as verdict,
        'Rows that break the contract of the source, or have a label or code without a mapping' as detail
    from rows_read
    inner join set_aside_rows
        on rows_read.source_id = set_aside_rows.source_id
    left join source_newest
        on rows_read.source_id = source_newest.source_id

),

download_asked as (

    select
        source_id,
        count(*) as files,
        sum(case when outcome in ('last good file used', 'not available') then 1 else 0 end) as failed,
        min(reason) as reason
    from {{ source('register', 'fetch_log') }}
    group by source_id

),

download as (

    select
        cast(null as varchar) as lmns_code,
        download_asked.source_id,
        'E92000001' as organisation_code,
        'national' as organisation_level,
        'Download from the publisher' as item,
        'files that could not be had at the last download' as measure,
        download_asked.failed / nullif(cast(download_asked.files as double), 0) as value,
        cast(download_asked.failed as double) as numerator,
        cast(download_asked.files as double) as denominator,
        source_newest.period_start,
        source_newest.period_end,
        case when download_asked.failed > 0 then 'needs attention' else 'good' end as verdict,
        case
            when download_asked.failed > 0
                then concat(
                    'The publisher was unreachable or sent no usable file, and the last good file was used where there is one: ',
                    {{ dbt.split_part('download_asked.reason', "': '", 1) }}
                )
            else 'Every file was there'
        end as detail
    from download_asked
    left join source_newest
        on download_asked.source_id = source_newest.source_id

),

published_about_people as (

    select * from completeness
    union all
    select * from unknown_kind
    union all
    select * from submitted_item
    union all
    select * from rate_disagreement
    union all
    select * from level_disagreement

),

-- figures about women, babies and staff: those of records go through the protection gate
about_people as (

    select
        published_about_people.*,
        cast(null as varchar) as numerator_of,
        cast(null as varchar) as denominator_of
    from published_about_people
    union all
    select
        set_aside.*,
        cast(null as varchar) as numerator_of,
        cast(null as varchar) as denominator_of
    from set_aside
    -- files of systems are told to their own system alone, one by one
    where not {{ needs_protection('source_id') }}
    union all
    select
        lmns_code,
        source_id,
        organisation_code,
        organisation_level,
        item,
        measure,
        value,
        numerator,
        denominator,
        period_start,
        period_end,
        verdict,
        detail,
        numerator_of,
        denominator_of
    from {{ ref('int_local_quality') }}
    where is_about_people

),

-- figures about files and months, which hold no count of people
about_files as (

    select * from withheld_share
    union all
    select * from missing_month
    union all
    select * from age
    union all
    select * from download
    union all
    select
        lmns_code,
        source_id,
        organisation_code,
        organisation_level,
        item,
        measure,
        value,
        numerator,
        denominator,
        period_start,
        period_end,
        verdict,
        detail
    from {{ ref('int_local_quality') }}
    where not is_about_people

),

looked_at as (

    select
        about_people.*,
        {{ needs_protection('source_id') }} as needs_protection,
        {{ count_status('numerator', '(denominator - numerator)') }} as own_status,
        {{ count_status('denominator') }} as all_status
    from about_people

),

decided as (

    select
        looked_at.*,
        own_status in ('small', 'complement') or all_status = 'small' as is_hidden
    from looked_at

),

protected as (

    select
        lmns_code,
        source_id,
        organisation_code,
        organisation_level,
        item,
        measure,
        case
            when not needs_protection then value
            when not is_hidden then {{ protected_count('numerator') }} / nullif({{ protected_count('denominator') }}, 0)
        end as value,
        case
            when not needs_protection then numerator
            when not is_hidden then {{ protected_count('numerator') }}
        end as numerator,
        case
            when not needs_protection then denominator
            when not is_hidden then {{ protected_count('denominator') }}
        end as denominator,
        period_start,
        period_end,
        case when needs_protection and is_hidden then 'not available' else verdict end as verdict,
        case
            when needs_protection and is_hidden then 'Hidden [c]: so few people that someone could be identified'
            else detail
        end as detail,
        case when needs_protection then numerator_of end as numerator_of,
        case when needs_protection then denominator_of end as denominator_of,
        case when needs_protection then own_status end as numerator_status,
        case when needs_protection then all_status end as denominator_status,
        case when needs_protection then {{ protection_profile() }} end as protection,
        cast(null as varchar) as compared_metric_id,
        cast(null as varchar) as compared_dimension
    from decided

),

every_figure as (

    select * from protected
    union all
    select
        about_files.*,
        cast(null as varchar) as numerator_of,
        cast(null as varchar) as denominator_of,
        cast(null as varchar) as numerator_status,
        cast(null as varchar) as denominator_status,
        cast(null as varchar) as protection,
        cast(null as varchar) as compared_metric_id,
        cast(null as varchar) as compared_dimension
    from about_files
    union all
    -- made from counts that have passed the gate
    select
        lmns_code,
        source_id,
        organisation_code,
        organisation_level,
        item,
        measure,
        value,
        numerator,
        denominator,
        period_start,
        period_end,
        verdict,
        detail,
        cast(null as varchar) as numerator_of,
        cast(null as varchar) as denominator_of,
        cast(null as varchar) as numerator_status,
        cast(null as varchar) as denominator_status,
        {{ protection_profile() }} as protection,
        compared_metric_id,
        compared_dimension
    from {{ ref('fct_local_consistency') }}

)

select
    -- one local supplier may supply several systems
    {{ figure_id('dq', [
        'source_id', 'organisation_level',
        "case when " ~ needs_protection('source_id') ~ " then concat(lmns_code, '/', organisation_code) else organisation_code end",
        'item', 'measure', 'period_start', 'period_end',
    ]) }} as figure_id,
    lmns_code,
    source_id,
    organisation_code,
    organisation_level,
    item,
    measure,
    value,
    numerator,
    denominator,
    period_start,
    period_end,
    verdict,
    detail,
    numerator_of,
    denominator_of,
    numerator_status,
    denominator_status,
    protection,
    compared_metric_id,
    compared_dimension
from every_figure
