-- Each observation that is used, joined to the conformed organisation and group. What has no
-- mapping keeps its row and says which label or code is missing: nothing is guessed or dropped.
with used as (

    select observation.*
    from {{ ref('int_observation_union') }} as observation
    inner join {{ ref('int_file_choice') }} as choice
        on
            observation.source_id = choice.source_id
            and observation.table_name = choice.table_name
            and observation.concept = choice.concept
            and observation.file_id = choice.file_id
            and observation.release = choice.release
            and coalesce(observation.organisation_level, '') = coalesce(choice.organisation_level, '')
            and coalesce(observation.period_start, cast('0001-01-01' as date))
            = coalesce(choice.period_start, cast('0001-01-01' as date))
            and coalesce(observation.period_end, cast('0001-01-01' as date))
            = coalesce(choice.period_end, cast('0001-01-01' as date))
    where choice.is_used

),

folded as (

    select
        used.*,
        {{ fold_label('used.part') }} as folded_part,
        {{ fold_label('used.native_group') }} as folded_group,
        {{ fold_label('used.native_group_2') }} as folded_group_2
    from used

),

mapped as (

    select
        folded.*,
        organisation.organisation_code as known_code,
        organisation.organisation_name,
        organisation.lmns_code,
        stratum.dimension as dimension_1,
        stratum.group_code as group_code_1,
        stratum_2.dimension as dimension_2,
        stratum_2.group_code as group_code_2,
        folded.organisation_level in ('national', 'region', 'lmns', 'provider', 'council') as is_registered_level
    from folded
    left join {{ ref('dim_organisation') }} as organisation
        on
            folded.organisation_level = organisation.organisation_level
            and upper(folded.organisation_code) = organisation.published_code
    left join {{ ref('dim_stratum') }} as stratum
        on
            folded.vocabulary = stratum.vocabulary
            and folded.folded_group = stratum.folded_label
    left join {{ ref('dim_stratum') }} as stratum_2
        on
            folded.vocabulary_2 = stratum_2.vocabulary
            and folded.folded_group_2 = stratum_2.folded_label

)

select
    source_id,
    table_name,
    file_id,
    row_number,
    case when is_registered_level then known_code else organisation_code end as organisation_code,
    organisation_code as published_organisation_code,
    organisation_name,
    organisation_level,
    organisation_role,
    lmns_code,
    period_start,
    period_end,
    period_window,
    release,
    concept,
    part,
    folded_part,
    case
        when vocabulary is null then 'total'
        when vocabulary_2 is null then dimension_1
        else concat(dimension_1, '_', dimension_2)
    end as dimension,
    case
        when vocabulary is null then 'ALL'
        when vocabulary_2 is null then group_code_1
        else concat(group_code_1, '.', group_code_2)
    end as group_code,
    vocabulary,
    native_group,
    vocabulary_2,
    native_group_2,
    measure,
    value,
    value_low,
    value_high,
    mark,
    caveat,
    case
        when organisation_level is null then 'unknown organisation level'
        when is_registered_level and organisation_code is null then 'no organisation'
        when is_registered_level and known_code is null then 'unknown organisation'
        when vocabulary is not null and group_code_1 is null then 'unknown label'
        when vocabulary_2 is not null and group_code_2 is null then 'unknown label'
        when period_start is null or period_end is null then 'no period'
        when value is null and mark is null then 'no value and no mark'
    end as problem,
    case
        when is_registered_level and known_code is null then organisation_code
        when vocabulary is not null and group_code_1 is null then concat(vocabulary, ': ', native_group)
        when vocabulary_2 is not null and group_code_2 is null then concat(vocabulary_2, ': ', native_group_2)
    end as problem_label
from mapped
