-- The protection gate: every figure's counts as they may be shown. Sources that were public before pass as they
-- are. Counts of records are hidden (1 to 7, or beside a hidden one) or rounded to the nearest 5, and carry the
-- interval that this leaves open, exactly as a publisher's rounded counts do. Everything behind reads only this.
with looked_at as (

    select
        figure.*,
        case
            when
                {{ is_sensitive('metric_id') }}
                and {{ dbt.datediff('period_start', 'period_end', 'month') }} + 1 < {{ var('protection')['sensitive_months'] }}
                then true
            else false
        end as is_too_short,
        case when kind in ('proportion', 'composition') then denominator - numerator end as complement
    from {{ ref('int_figure') }} as figure

),

decided as (

    select
        looked_at.*,
        case
            when not needs_protection then null
            when is_too_short then 'withheld'
            else {{ count_status('numerator', 'complement') }}
        end as numerator_status,
        case
            when not needs_protection then null
            -- births beside live births give stillbirths by subtraction
            when is_too_short and denominator is not null then 'withheld'
            else {{ count_status('denominator') }}
        end as denominator_status
    from looked_at

),

shown as (

    select
        decided.*,
        case
            when not needs_protection then numerator
            when numerator_status = 'shown' then {{ protected_count('numerator') }}
        end as shown_numerator,
        case
            when not needs_protection then denominator
            when denominator_status = 'shown' then {{ protected_count('denominator') }}
        end as shown_denominator,
        case
            when not needs_protection then mark
            -- a supplier's own mark stays: what was suppressed is not brought back
            when mark is not null then mark
            when numerator_status in ('small', 'complement', 'withheld') or denominator_status = 'small' then '[c]'
            -- a rate without its counts: nobody can tell how many people it rests on
            when numerator_status = 'missing' and published_value is not null and kind <> 'value' then '[c]'
            when
                kind in ('proportion', 'composition', 'rate') and denominator_status = 'shown'
                and {{ nearest_shown('denominator') }} < {{ var('protection')['no_rate_below'] }} then '[low]'
        end as shown_mark
    from decided

)

select
    metric_id,
    kind,
    multiplier,
    organisation_code,
    organisation_level,
    organisation_role,
    lmns_code,
    period_start,
    period_end,
    period_window,
    release,
    dimension,
    group_code,
    vocabulary,
    native_group,
    native_group_2,
    is_derived,
    shown_numerator as numerator,
    case when needs_protection then {{ rounded_low('shown_numerator', 'nearest_5') }} else numerator_low end as numerator_low,
    case when needs_protection then {{ rounded_high('shown_numerator', 'nearest_5') }} else numerator_high end as numerator_high,
    shown_denominator as denominator,
    case when needs_protection then {{ rounded_low('shown_denominator', 'nearest_5') }} else denominator_low end as denominator_low,
    case when needs_protection then {{ rounded_high('shown_denominator', 'nearest_5') }} else denominator_high end as denominator_high,
    -- a standardised rate is a model of many counts, and asks for ten events itself
    case
        when not needs_protection then published_value
        when kind = 'value' then {{ two_figures('published_value') }}
    end as published_value,
    case
        when not needs_protection then published_lower
        when kind = 'value' then {{ two_figures('published_lower') }}
    end as published_lower,
    case
        when not needs_protection then published_upper
        when kind = 'value' then {{ two_figures('published_upper') }}
    end as published_upper,
    shown_mark as mark,
    case
        when not needs_protection then caveat
        when numerator_status = 'withheld' then {{ with_caveat('caveat', 'A rare and sensitive event: shown for at least three years together.') }}
        when numerator_status = 'missing' and published_value is not null and kind <> 'value'
            then {{ with_caveat('caveat', 'The supplier gives a rate without its counts, so nobody can tell that it rests on enough people.') }}
        when shown_denominator >= {{ var('protection')['no_rate_below'] }} and shown_denominator < {{ var('protection')['sure_from'] }}
            then {{ with_caveat('caveat', 'Rests on fewer than ' ~ var('protection')['sure_from'] ~ ' people: low reliability [u].') }}
        else caveat
    end as caveat,
    source_id,
    file_id,
    case when needs_protection then {{ protection_profile() }} end as protection,
    numerator_status,
    denominator_status,
    -- nobody or everybody in a small group: true, and it may say something about each of them
    coalesce(
        needs_protection and kind in ('proportion', 'composition') and coalesce(shown_mark, '') <> '[c]'
        and denominator < {{ var('protection')['review_below'] }} and denominator > 0
        and (numerator = 0 or complement = 0), false
    ) as needs_review
from shown
