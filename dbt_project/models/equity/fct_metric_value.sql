-- One row a figure: a metric for one organisation, period and group. The value is the publisher's own where
-- there is one. Counts of records come through the protection gate, so figures and limits are made from what
-- is shown, as they are from a publisher's rounded counts.
with valued as (

    select
        figure.*,
        case
            when kind = 'count' then numerator
            when published_value is not null then published_value
            -- the publisher withheld the rate: its counts do not bring it back
            when mark is not null then null
            when kind in ('proportion', 'composition', 'rate') and denominator > 0
                then multiplier * numerator / denominator
        end as value,
        -- the counts that rounding allows: fewest of the most, and most of the fewest
        case when numerator_low is not null and denominator_high is not null then least(numerator_low, denominator_high) end as fewest,
        case
            when kind = 'rate' then numerator_high
            when numerator_high is not null and denominator_low is not null then least(numerator_high, denominator_low)
        end as most
    from {{ ref('int_figure_protected') }} as figure

),

limited as (

    select
        valued.*,
        case
            when value is null or kind in ('count', 'value') or denominator is null then published_lower
            when kind = 'rate' then multiplier * ({{ poisson_lower('fewest', '95') }}) / nullif(denominator_high, 0)
            else multiplier * ({{ wilson_lower('fewest', 'denominator_high') }})
        end as lower_95,
        case
            when value is null or kind in ('count', 'value') or denominator is null then published_upper
            when kind = 'rate' then multiplier * ({{ poisson_upper('most', '95') }}) / nullif(denominator_low, 0)
            else multiplier * ({{ wilson_upper('most', 'denominator_low') }})
        end as upper_95,
        case
            when value is null or kind in ('count', 'value') then null
            when kind = 'rate' then multiplier * ({{ poisson_lower('fewest', '998') }}) / nullif(denominator_high, 0)
            else multiplier * ({{ wilson_lower('fewest', 'denominator_high', z_998()) }})
        end as lower_998,
        case
            when value is null or kind in ('count', 'value') then null
            when kind = 'rate' then multiplier * ({{ poisson_upper('most', '998') }}) / nullif(denominator_low, 0)
            else multiplier * ({{ wilson_upper('most', 'denominator_low', z_998()) }})
        end as upper_998
    from valued

)

select
    {{ figure_id('mv', [
        'limited.metric_id', 'limited.organisation_level', 'limited.organisation_code', 'limited.organisation_role',
        'limited.period_start', 'limited.period_end', 'limited.dimension', 'limited.group_code', 'limited.vocabulary',
    ]) }} as figure_id,
    limited.metric_id,
    limited.organisation_code,
    limited.organisation_level,
    limited.organisation_role,
    limited.lmns_code,
    limited.period_start,
    limited.period_end,
    limited.period_window,
    limited.release,
    limited.dimension,
    limited.group_code,
    limited.vocabulary,
    limited.native_group,
    limited.native_group_2,
    limited.is_derived,
    limited.numerator,
    limited.numerator_low,
    limited.numerator_high,
    limited.denominator,
    limited.denominator_low,
    limited.denominator_high,
    limited.value,
    -- an interval always holds the published value, whose own rounding can lie a hair outside; a figure without
    -- limits keeps none, since least and greatest pass over NULL
    case when limited.lower_95 is not null then least(limited.lower_95, limited.value) end as lower_95,
    case when limited.upper_95 is not null then greatest(limited.upper_95, limited.value) end as upper_95,
    case when limited.lower_998 is not null then least(limited.lower_998, limited.value) end as lower_998,
    case when limited.upper_998 is not null then greatest(limited.upper_998, limited.value) end as upper_998,
    england.value as england_value,
    case
        when limited.value is not null then null
        when limited.mark is not null then limited.mark
        else '[x]'
    end as mark,
    case
        when coverage.note is null then limited.caveat
        when limited.caveat is null then coverage.note
        else concat(limited.caveat, ' ', coverage.note)
    end as caveat,
    limited.source_id,
    limited.file_id,
    limited.protection,
    limited.numerator_status,
    limited.denominator_status,
    limited.needs_review
from limited
left join limited as england
    on
        england.organisation_level = 'national'
        and england.organisation_code = 'E92000001'
        and limited.metric_id = england.metric_id
        and limited.period_start = england.period_start
        and limited.period_end = england.period_end
        and limited.dimension = england.dimension
        and limited.group_code = england.group_code
        and coalesce(limited.vocabulary, '') = coalesce(england.vocabulary, '')
-- what is counted for a system may come from some of its providers
left join {{ ref('int_local_coverage') }} as coverage
    on
        limited.source_id = 'local'
        and limited.organisation_level = 'lmns'
        and limited.organisation_code = coverage.lmns_code
        and limited.period_start = coverage.period_start
        and limited.period_end = coverage.period_end
        and {{ record_of_metric('limited.metric_id') }} = coverage.record
