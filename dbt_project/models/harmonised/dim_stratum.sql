-- Every published label of an equity dimension and the conformed group it stands for. The native
-- label and its code list stay: groups of different code lists are never joined.
select
    labels.vocabulary,
    {{ fold_label('labels.native_label') }} as folded_label,
    labels.native_label,
    strata.dimension,
    strata.group_code,
    strata.group_name,
    strata.group_order,
    strata.is_unknown,
    vocabularies.classification,
    vocabularies.edition as classification_edition,
    vocabularies.whose
from {{ ref('labels') }} as labels
inner join {{ ref('strata') }} as strata
    on
        labels.dimension = strata.dimension
        and labels.group_code = strata.group_code
left join {{ ref('vocabularies') }} as vocabularies
    on labels.vocabulary = vocabularies.vocabulary
where labels.dimension is not null
