-- Staff by ethnic group as the Workforce Race Equality Standard looks at them, one row a count and comparison, from counts
-- behind the protection gate. Which way a ratio stands is the standard's own and is said in words on every row.
{%- set white = ['WHITE', 'E_WHITE_BRITISH', 'E_WHITE_IRISH', 'E_WHITE_OTHER', 'E_GYPSY_IRISH_TRAVELLER', 'E_ROMA'] %}
with counted as (

    select
        staff_count.*,
        measure.wres_indicator,
        measure.form,
        measure.polarity,
        measure.ratio_of,
        measure.direction,
        measure.caveat as measure_caveat,
        bands.is_senior,
        coalesce(strata.is_unknown, false) as is_unknown,
        staff_count.group_code in (
            {%- for group in white %}
            '{{ group }}'{{ ',' if not loop.last }}
            {%- endfor %}
        ) as is_white,
        case
            when published_value is not null then published_value
            when mark is null and denominator > 0 then 100.0 * numerator / denominator
        end as value,
        case when numerator_low is not null and denominator_high is not null then least(numerator_low, denominator_high) end as fewest,
        case when numerator_high is not null and denominator_low is not null then least(numerator_high, denominator_low) end as most
    from {{ ref('int_staff_count_protected') }} as staff_count
    inner join {{ ref('staff_measures') }} as measure
        on staff_count.measure_id = measure.measure_id
    inner join {{ ref('staff_bands') }} as bands
        on staff_count.band = bands.band
    left join {{ ref('strata') }} as strata
        on
            staff_count.dimension = strata.dimension
            and staff_count.group_code = strata.group_code

),

limited as (

    select
        counted.*,
        case when value is not null then 100.0 * {{ wilson_lower('fewest', 'denominator_high') }} end as lower_95,
        case when value is not null then 100.0 * {{ wilson_upper('most', 'denominator_low') }} end as upper_95
    from counted

),

-- women booked with the system, from its own records if there are any, else as published
booked as (

    select
        metric_value.figure_id,
        metric_value.organisation_level,
        coalesce(metric_value.lmns_code, 'England') as place,
        metric_value.group_code,
        metric_value.period_start,
        metric_value.period_end,
        metric_value.numerator,
        metric_value.numerator_low,
        metric_value.numerator_high,
        metric_value.denominator,
        metric_value.denominator_low,
        metric_value.denominator_high,
        rank() over (
            partition by metric_value.organisation_level, metric_value.organisation_code
            order by
                case when metric_value.metric_id = 'local_bookings_share' then 0 else 1 end,
                metric_value.period_end desc,
                metric_value.period_start,
                metric_value.vocabulary
        ) as choice_rank
    from {{ ref('fct_metric_value') }} as metric_value
    where
        metric_value.dimension = 'ethnicity'
        and metric_value.organisation_level in ('lmns', 'national')
        and metric_value.group_code in ('WHITE', 'MIXED', 'ASIAN', 'BLACK', 'OTHER')
        and (
            metric_value.metric_id = 'bookings_share'
            or (metric_value.metric_id = 'local_bookings_share' and metric_value.period_window = 'financial_year')
        )

),

mothers_group as (

    select
        figure_id,
        organisation_level,
        place,
        group_code,
        period_start,
        period_end,
        numerator,
        numerator_low,
        numerator_high,
        denominator,
        denominator_low,
        denominator_high
    from booked
    where choice_rank = 1
    union all
    select
        min(figure_id) as figure_id,
        organisation_level,
        place,
        'WRES_OTHER' as group_code,
        period_start,
        period_end,
        -- a hidden group leaves no sum
        case when count(numerator) = count(*) then sum(numerator) end as numerator,
        case when count(numerator) = count(*) then sum(numerator_low) end as numerator_low,
        case when count(numerator) = count(*) then sum(numerator_high) end as numerator_high,
        max(denominator) as denominator,
        max(denominator_low) as denominator_low,
        max(denominator_high) as denominator_high
    from booked
    where
        choice_rank = 1
        and group_code <> 'WHITE'
    group by organisation_level, place, period_start, period_end

),

mothers as (

    select
        mothers_group.*,
        100.0 * numerator / nullif(denominator, 0) as value,
        100.0 * {{ wilson_lower('least(numerator_low, denominator_high)', 'denominator_high') }} as lower_95,
        100.0 * {{ wilson_upper('least(numerator_high, denominator_low)', 'denominator_low') }} as upper_95
    from mothers_group

),

compared as (

    select
        limited.*,
        case
            when
                form in ('likelihood', 'survey')
                and polarity <> 'neutral'
                and dimension <> 'total'
                and not is_unknown
                and not is_white
                then 'white staff'
            when form = 'share' and band <> 'all' and dimension <> 'total' then 'all bands'
            when form = 'board' and dimension <> 'total' then 'whole trust'
            else 'none'
        end as own_comparison
    from limited

),

within as (

    select
        compared.*,
        compared.own_comparison as comparison,
        case compared.own_comparison
            when 'white staff' then 'WHITE'
            when 'none' then null
            else compared.group_code
        end as reference_group,
        case when compared.own_comparison <> 'none' then compared.period_start end as reference_period_start,
        case when compared.own_comparison <> 'none' then compared.period_end end as reference_period_end,
        reference.file_id as reference_file_id,
        reference.row_number as reference_row_number,
        cast(null as varchar) as mothers_figure_id,
        reference.value as reference_value,
        reference.mark as reference_mark,
        reference.lower_95 as reference_lower_95,
        reference.upper_95 as reference_upper_95,
        reference.numerator as reference_numerator,
        reference.numerator_low as reference_numerator_low,
        reference.numerator_high as reference_numerator_high,
        reference.denominator as reference_denominator,
        reference.denominator_low as reference_denominator_low,
        reference.denominator_high as reference_denominator_high
    from compared
    left join limited as reference
        on
            compared.source_id = reference.source_id
            and compared.organisation_code = reference.organisation_code
            and coalesce(compared.lmns_code, '') = coalesce(reference.lmns_code, '')
            and compared.period_start = reference.period_start
            and compared.period_end = reference.period_end
            and coalesce(compared.survey_question, '') = coalesce(reference.survey_question, '')
            and (
                (
                    compared.own_comparison = 'white staff'
                    and reference.dimension = 'ethnicity'
                    and reference.group_code = 'WHITE'
                    and compared.measure_id = reference.measure_id
                    and compared.staff_group = reference.staff_group
                    and compared.band = reference.band
                )
                or (
                    compared.own_comparison = 'all bands'
                    and reference.measure_id = 'headcount'
                    and reference.band = 'all'
                    and compared.staff_group = reference.staff_group
                    and compared.dimension = reference.dimension
                    and compared.group_code = reference.group_code
                )
                or (
                    compared.own_comparison = 'whole trust'
                    and reference.measure_id = 'headcount'
                    and reference.band = 'all'
                    and reference.staff_group = 'trust'
                    and compared.dimension = reference.dimension
                    and compared.group_code = reference.group_code
                )
            )
    -- all bands are set beside the mothers instead, where those are known
    left join mothers as also
        on
            compared.own_comparison = 'none'
            and compared.form = 'share'
            and compared.staff_group <> 'trust'
            and compared.dimension = 'ethnicity'
            and compared.group_code = also.group_code
            and coalesce(compared.lmns_code, 'England') = also.place
    where also.place is null

),

with_mothers as (

    select
        compared.*,
        'mothers' as comparison,
        compared.group_code as reference_group,
        mothers.period_start as reference_period_start,
        mothers.period_end as reference_period_end,
        cast(null as varchar) as reference_file_id,
        cast(null as bigint) as reference_row_number,
        mothers.figure_id as mothers_figure_id,
        mothers.value as reference_value,
        cast(null as varchar) as reference_mark,
        mothers.lower_95 as reference_lower_95,
        mothers.upper_95 as reference_upper_95,
        mothers.numerator as reference_numerator,
        mothers.numerator_low as reference_numerator_low,
        mothers.numerator_high as reference_numerator_high,
        mothers.denominator as reference_denominator,
        mothers.denominator_low as reference_denominator_low,
        mothers.denominator_high as reference_denominator_high
    from compared
    inner join mothers
        on
            coalesce(compared.lmns_code, 'England') = mothers.place
            and compared.group_code = mothers.group_code
            and compared.dimension = 'ethnicity'
    where
        compared.form = 'share'
        -- a whole trust serves more than mothers
        and compared.staff_group <> 'trust'
        -- the national list has Chinese staff apart, so its last group holds other people
        and compared.group_code <> 'OTHER_NOT_CHINESE'

),

paired as (

    select * from within
    union all
    select * from with_mothers

),

-- a band is part of all bands, so it is tested against everybody outside it
outside as (

    select
        paired.*,
        comparison = 'all bands' as is_part,
        case
            when comparison = 'all bands' then reference_numerator - numerator
            else reference_numerator
        end as other_numerator,
        case
            when comparison = 'all bands' then greatest(0, reference_numerator_low - numerator_high)
            else reference_numerator_low
        end as other_numerator_low,
        case
            when comparison = 'all bands' then reference_numerator_high - numerator_low
            else reference_numerator_high
        end as other_numerator_high,
        case
            when comparison = 'all bands' then reference_denominator - denominator
            else reference_denominator
        end as other_denominator,
        case
            when comparison = 'all bands' then greatest(0, reference_denominator_low - denominator_high)
            else reference_denominator_low
        end as other_denominator_low,
        case
            when comparison = 'all bands' then reference_denominator_high - denominator_low
            else reference_denominator_high
        end as other_denominator_high,
        case
            when comparison = 'all bands' then 1.0 - denominator / nullif(reference_denominator, 0)
            else 1.0
        end as share_outside
    from paired

),

other_valued as (

    select
        outside.*,
        case
            when is_part then 100.0 * other_numerator / nullif(other_denominator, 0)
            else reference_value
        end as other_value,
        case
            when is_part
                then 100.0 * {{ wilson_lower('least(other_numerator_low, other_denominator_high)', 'other_denominator_high') }}
            else reference_lower_95
        end as other_lower,
        case
            when is_part
                then 100.0 * {{ wilson_upper('least(other_numerator_high, other_denominator_low)', 'other_denominator_low') }}
            else reference_upper_95
        end as other_upper,
        case
            when value is not null and reference_value is not null
                then
                    {{ rounding_variance('numerator', 'numerator_low', 'numerator_high', 'denominator', 'denominator_low', 'denominator_high') }}
                    + {{ rounding_variance(
                        'other_numerator', 'other_numerator_low', 'other_numerator_high',
                        'other_denominator', 'other_denominator_low', 'other_denominator_high'
                    ) }}
        end as rounding_variance
    from outside

),

measured as (

    select
        other_valued.*,
        value - reference_value as difference,
        case
            when value is not null and reference_value is not null
                then share_outside * {{ newcombe_lower('value', 'lower_95', 'upper_95', 'other_value', 'other_lower', 'other_upper') }}
        end as difference_lower_95,
        case
            when value is not null and reference_value is not null
                then share_outside * {{ newcombe_upper('value', 'lower_95', 'upper_95', 'other_value', 'other_lower', 'other_upper') }}
        end as difference_upper_95,
        case
            when comparison <> 'white staff' or value is null or reference_value is null then null
            when ratio_of = 'group_over_reference' then value / nullif(reference_value, 0)
            when ratio_of = 'reference_over_group' then reference_value / nullif(value, 0)
        end as ratio,
        case
            when comparison <> 'white staff' or value is null or reference_value is null then null
            when ratio_of = 'group_over_reference'
                then {{ risk_ratio_lower('numerator_low', 'denominator_high', 'reference_numerator_high', 'reference_denominator_low') }}
            when ratio_of = 'reference_over_group'
                then {{ risk_ratio_lower('reference_numerator_low', 'reference_denominator_high', 'numerator_high', 'denominator_low') }}
        end as ratio_lower_95,
        case
            when comparison <> 'white staff' or value is null or reference_value is null then null
            when ratio_of = 'group_over_reference'
                then {{ risk_ratio_upper('numerator_high', 'denominator_low', 'reference_numerator_low', 'reference_denominator_high') }}
            when ratio_of = 'reference_over_group'
                then {{ risk_ratio_upper('reference_numerator_high', 'reference_denominator_low', 'numerator_low', 'denominator_high') }}
        end as ratio_upper_95,
        (
            organisation_level <> 'national'
            and not is_unknown
            and dimension <> 'total'
            and not is_white
            and (
                comparison = 'white staff'
                or (comparison in ('all bands', 'whole trust') and is_senior)
            )
        ) as is_judged,
        {{ two_proportion_z('numerator', 'denominator', 'other_numerator', 'other_denominator', 'rounding_variance') }} as z_statistic
    from other_valued

),

tested as (

    select
        measured.*,
        case when is_judged and value is not null and reference_value is not null then {{ normal_two_sided_p('z_statistic') }} end as p_value
    from measured

),

adjusted as (

    {{ benjamini_hochberg(
        'tested', 'p_value',
        ['measure_id', 'organisation_level', 'staff_group', 'dimension', 'comparison', 'period_start', 'period_end']
    ) }}

),

reasoned as (

    select
        adjusted.*,
        case
            when organisation_level = 'national' then 'national context, not this system''s staff: shown and not judged'
            when comparison = 'none' and form = 'share' and band <> 'all' then 'described, never judged'
            when comparison = 'none' then 'shown beside no other group'
            when not is_judged then 'described, never judged'
            when mark in ('[c]', '[low]') or reference_mark in ('[c]', '[low]') then 'too few staff to show or to tell'
            when value is null then 'the counts of this group are not in the file'
            when reference_value is null and comparison = 'white staff' then 'the counts of White staff are not in the file'
            when reference_value is null and comparison = 'all bands'
                then 'the headcount of all bands is not in the file, and bands are not added up'
            when reference_value is null then 'the headcount of the whole trust is not in the file'
            when q_value <= {{ var('verdict_q') }} and (difference_lower_95 > 0 or difference_upper_95 < 0)
                then 'the interval of the difference leaves out zero after allowing for many comparisons'
            when
                least(numerator_high, other_numerator_high) < {{ var('verdict_min_events') }}
                or least(denominator_low, other_denominator_low) < {{ var('verdict_min_denominator') }}
                then 'too few staff to show or to tell'
            else 'the difference is within what chance and rounding allow'
        end as verdict_reason,
        {{ to_number("replace(printed_value, '%', '')") }} as printed_number
    from adjusted

)

select
    {{ figure_id('wf', [
        'source_id', 'lmns_code', 'organisation_level', 'organisation_code', 'period_start', 'period_end', 'measure_id',
        'survey_question', 'staff_group', 'band', 'dimension', 'group_code', 'comparison',
    ]) }} as figure_id,
    lmns_code,
    organisation_code,
    organisation_level,
    period_start,
    period_end,
    measure_id,
    wres_indicator,
    survey_question,
    staff_group,
    band,
    dimension,
    group_code,
    native_group,
    vocabulary,
    numerator,
    denominator,
    value,
    lower_95,
    upper_95,
    comparison,
    reference_group,
    reference_period_start,
    reference_period_end,
    reference_value,
    difference,
    difference_lower_95,
    difference_upper_95,
    ratio_of,
    ratio,
    ratio_lower_95,
    ratio_upper_95,
    direction,
    case
        when form <> 'likelihood' or ratio is null then null
        when ratio < {{ var('workforce_screening_low') }} then 'below the range'
        when ratio > {{ var('workforce_screening_high') }} then 'above the range'
        else 'within the range'
    end as screening,
    case
        when form = 'likelihood' and ratio is not null
            then 'Range 0.80 to 1.25: a screening convention, unverified. Read it with the interval; it is never a verdict by itself.'
    end as screening_note,
    case
        when printed_value is null or ratio is null then null
        when printed_value like '%!%%' escape '!' then 'printed as a percentage'
        when printed_number is null then 'printed as text'
        when abs(printed_number / ratio - 1.0) <= 0.1 then 'agrees with the counts'
        when abs(printed_number * ratio - 1.0) <= 0.1 then 'printed the other way round'
        else 'differs from the counts'
    end as printed_check,
    p_value,
    q_value,
    case verdict_reason
        when 'too few staff to show or to tell' then 'too few to tell'
        when 'the difference is within what chance and rounding allow' then 'no clear difference'
        when 'the interval of the difference leaves out zero after allowing for many comparisons'
            then case when (difference > 0) = (polarity = 'low') then 'worse' else 'better' end
        else 'not available'
    end as verdict,
    verdict_reason,
    case
        when value is not null then null
        when mark is not null then mark
        else '[x]'
    end as mark,
    case
        when measure_caveat is null then caveat
        when caveat is null then measure_caveat
        else concat(measure_caveat, ' ', caveat)
    end as caveat,
    protection,
    numerator_status,
    denominator_status,
    source_id,
    file_id,
    cast(row_number as bigint) as row_number,
    cast(denominator_row_number as bigint) as denominator_row_number,
    reference_file_id,
    cast(reference_row_number as bigint) as reference_row_number,
    mothers_figure_id
from reasoned
