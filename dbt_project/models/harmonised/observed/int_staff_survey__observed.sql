-- The survey's answers that the Workforce Race Equality Standard asks for, for everybody, by ethnic background and for
-- midwives. Questions change their numbers from year to year, so each is known by its words.
with asked as (

    select
        answer.*,
        question.topic,
        question.answer_column,
        question.answer_is_not
    from {{ ref('stg_staff_survey__national') }} as answer
    inner join {{ ref('staff_survey_questions') }} as question
        on lower(answer.question_text) like lower(question.text_like)
    where
        (
            answer.breakdown is null
            or answer.breakdown in ('Ethnic background (summary)', 'Ethnic background (detailed)')
            or answer.group_label = 'Registered Nurses & Midwives: Midwives'
        )
        and (
            lower(answer.answer) = lower(question.answer_column)
            or lower(answer.answer) like 'base%'
        )

),

dated as (

    select
        asked.*,
        register.release,
        cast({{ text_capture('register.period_start', '^([0-9]{4})$') }} as integer) as survey_year
    from asked
    inner join {{ source('register', 'file_register') }} as register
        on asked.file_id = register.file_id

),

answered as (

    select
        dated.*,
        lower(answer) like 'base%' as is_base,
        case when answer_is_not and lower(answer) not like 'base%' then 100.0 - value else value end as answer_value
    from dated

)

select
    'staff_survey' as source_id,
    'staff_survey__national' as table_name,
    file_id,
    row_number,
    'ALL' as organisation_code,
    'national' as organisation_level,
    'provider' as organisation_role,
    {{ date_of('survey_year', '1', '1') }} as period_start,
    {{ date_of('survey_year', '12', '31') }} as period_end,
    'calendar_year' as period_window,
    release,
    concat('staff_survey.', topic) as concept,
    case when is_base then 'Responses' else 'Yes' end as part,
    case breakdown
        when 'Ethnic background (summary)' then 'staff_survey.ethnic_summary'
        when 'Ethnic background (detailed)' then 'staff_survey.ethnic_detailed'
        when 'Occupation group' then 'staff_survey.occupation'
    end as vocabulary,
    group_label as native_group,
    cast(null as varchar) as vocabulary_2,
    cast(null as varchar) as native_group_2,
    case when is_base then 'count' else 'rate' end as measure,
    answer_value as value,
    answer_value as value_low,
    answer_value as value_high,
    mark,
    {{ source_caveat('staff_survey') }} as caveat
from answered
