-- The gate for counts of staff, by the rules of int_figure_protected; answers of fewer than eleven staff to a question of a
-- survey are hidden too. What a supplier prints beside hidden counts goes with them.
with looked_at as (

    select
        staff_count.*,
        measure.form,
        {{ needs_protection('staff_count.source_id') }} as needs_protection,
        staff_count.denominator - staff_count.numerator as complement,
        coalesce(
            measure.form = 'survey' and staff_count.denominator > 0
            and staff_count.denominator < {{ var('protection')['smallest_survey'] }}, false
        ) as is_small_survey
    from {{ ref('int_staff_count') }} as staff_count
    inner join {{ ref('staff_measures') }} as measure
        on staff_count.measure_id = measure.measure_id

),

decided as (

    select
        looked_at.*,
        case
            when not needs_protection then null
            when is_small_survey then 'small'
            else {{ count_status('numerator', 'complement') }}
        end as numerator_status,
        case
            when not needs_protection then null
            when is_small_survey then 'small'
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
            when mark is not null then mark
            when numerator_status in ('small', 'complement') or denominator_status = 'small' then '[c]'
            when denominator_status = 'shown' and {{ nearest_shown('denominator') }} < {{ var('protection')['no_rate_below'] }}
                then '[low]'
        end as shown_mark
    from decided

)

select
    source_id,
    file_id,
    row_number,
    denominator_row_number,
    lmns_code,
    organisation_code,
    organisation_level,
    period_start,
    period_end,
    measure_id,
    survey_question,
    staff_group,
    band,
    vocabulary,
    dimension,
    group_code,
    native_group,
    shown_numerator as numerator,
    case when needs_protection then {{ rounded_low('shown_numerator', 'nearest_5') }} else shown_numerator end as numerator_low,
    case when needs_protection then {{ rounded_high('shown_numerator', 'nearest_5') }} else shown_numerator end as numerator_high,
    shown_denominator as denominator,
    case when needs_protection then {{ rounded_low('shown_denominator', 'nearest_5') }} else shown_denominator end as denominator_low,
    case when needs_protection then {{ rounded_high('shown_denominator', 'nearest_5') }} else shown_denominator end as denominator_high,
    published_value,
    shown_mark as mark,
    case when shown_mark is null then printed_value end as printed_value,
    case
        when needs_protection and shown_mark is null and shown_denominator < {{ var('protection')['sure_from'] }}
            then {{ with_caveat('caveat', 'Rests on fewer than ' ~ var('protection')['sure_from'] ~ ' people: low reliability [u].') }}
        else caveat
    end as caveat,
    case when needs_protection then {{ protection_profile() }} end as protection,
    numerator_status,
    denominator_status
from shown
