select
    intervention.ref as intervention_ref,
    intervention.priority,
    priority.priority_name,
    intervention.number_in_guidance,
    intervention.document,
    intervention.document_date,
    intervention.short_text,
    intervention.indicator_text,
    intervention.breakdowns,
    intervention.data_source,
    intervention.computable_from_public,
    intervention.local_file_needed,
    intervention.superseded_by,
    intervention.source_url,
    intervention.verification,
    intervention.indicator_verification,
    intervention.checked_by,
    intervention.checked_on
from {{ ref('interventions') }} as intervention
inner join {{ ref('priorities') }} as priority
    on intervention.priority = priority.priority
