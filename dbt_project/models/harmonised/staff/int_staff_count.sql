-- Every count of staff, from the trusts of a system and from national publications, under one list of measures. Headcounts
-- are rows as supplied: none is added to another. Counts are exact where a trust supplied them, so only the gate reads this.
with local_row as (

    select
        staged.*,
        case
            when staged.measure <> 'survey_yes' then staged.measure
            when
                question.topic is not null
                and coalesce({{ to_number('staged.wres_indicator') }}, asked.wres_indicator) = asked.wres_indicator
                then question.topic
            else 'survey_other'
        end as measure_id
    from {{ ref('stg_local__workforce') }} as staged
    inner join {{ ref('int_local_row') }} as chosen
        on
            chosen.dataset = 'workforce'
            and staged.file_id = chosen.file_id
            and staged.row_number = chosen.row_number
    left join {{ ref('staff_survey_questions') }} as question
        on
            staged.measure = 'survey_yes'
            and upper(staged.survey_question) = upper(question.question_2024)
    left join {{ ref('staff_measures') }} as asked
        on question.topic = asked.measure_id
    where chosen.is_used

),

local_count as (

    select
        'local' as source_id,
        local_row.file_id,
        local_row.row_number,
        local_row.row_number as denominator_row_number,
        local_row.lmns_code,
        local_row.organisation_code,
        'provider' as organisation_level,
        local_row.period_start,
        local_row.period_end,
        local_row.measure_id,
        local_row.survey_question,
        local_row.staff_group,
        local_row.band_cluster as band,
        'local.staff_ethnic_group' as vocabulary,
        case when local_row.ethnic_group = 'ALL' then 'total' else stratum.dimension end as dimension,
        case when local_row.ethnic_group = 'ALL' then 'ALL' else stratum.group_code end as group_code,
        local_row.ethnic_group as native_group,
        local_row.numerator,
        local_row.denominator,
        cast(null as double) as published_value,
        coalesce(local_row.numerator_mark, local_row.denominator_mark) as mark,
        local_row.printed_value,
        cast(null as varchar) as caveat
    from local_row
    left join {{ ref('dim_stratum') }} as stratum
        on
            stratum.vocabulary = 'local.staff_ethnic_group'
            and {{ fold_label('local_row.ethnic_group') }} = stratum.folded_label

),

national as (

    select
        observation.*,
        max(period_end) over (partition by source_id) as newest_end
    from {{ ref('fct_observation') }} as observation
    where source_id in ('workforce', 'staff_survey')

),

national_headcount as (

    select
        headcount.source_id,
        headcount.file_id,
        headcount.row_number,
        everybody.row_number as denominator_row_number,
        cast(null as varchar) as lmns_code,
        headcount.organisation_code,
        headcount.organisation_level,
        headcount.period_start,
        headcount.period_end,
        'headcount' as measure_id,
        cast(null as varchar) as survey_question,
        'midwife' as staff_group,
        bands.band,
        headcount.vocabulary,
        headcount.dimension,
        headcount.group_code,
        headcount.native_group,
        headcount.value as numerator,
        everybody.value as denominator,
        cast(null as double) as published_value,
        headcount.mark,
        cast(null as varchar) as printed_value,
        headcount.caveat
    from national as headcount
    inner join national as everybody
        on
            everybody.source_id = 'workforce'
            and everybody.dimension = 'total'
            and headcount.part = everybody.part
            and headcount.period_end = everybody.period_end
    inner join {{ ref('staff_bands') }} as bands
        on lower(headcount.part) = lower(bands.grade_label)
    where
        headcount.source_id = 'workforce'
        and headcount.period_end = headcount.newest_end
        -- the shorter of the two totals is no group
        and headcount.group_code <> 'KNOWN'

),

national_answer as (

    select
        answer.source_id,
        answer.file_id,
        answer.row_number,
        responses.row_number as denominator_row_number,
        cast(null as varchar) as lmns_code,
        answer.organisation_code,
        answer.organisation_level,
        answer.period_start,
        answer.period_end,
        substring(answer.concept, 14) as measure_id,
        cast(null as varchar) as survey_question,
        case when answer.dimension = 'occupation' then 'midwife' else 'nhs' end as staff_group,
        'all' as band,
        answer.vocabulary,
        case when answer.dimension = 'occupation' then 'total' else answer.dimension end as dimension,
        case when answer.dimension = 'occupation' then 'ALL' else answer.group_code end as group_code,
        answer.native_group,
        cast(null as double) as numerator,
        responses.value as denominator,
        answer.value as published_value,
        answer.mark,
        cast(null as varchar) as printed_value,
        answer.caveat
    from national as answer
    left join national as responses
        on
            responses.part = 'Responses'
            and answer.concept = responses.concept
            and answer.period_end = responses.period_end
            and answer.dimension = responses.dimension
            and answer.group_code = responses.group_code
    where
        answer.source_id = 'staff_survey'
        and answer.part = 'Yes'
        and answer.period_end = answer.newest_end

),

every_count as (

    select * from local_count
    union all
    select * from national_headcount
    union all
    select * from national_answer

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
    cast(numerator as double) as numerator,
    cast(denominator as double) as denominator,
    published_value,
    mark,
    printed_value,
    caveat
from every_count
