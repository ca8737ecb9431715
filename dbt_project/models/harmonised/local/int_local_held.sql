{{ config(materialized='view') }}
-- Each row is one row of a local file, with what tells it from others: its record, and the event that it is about.
-- The hashes only narrow down which rows are worth a comparison: equal keys have equal hashes.
{%- set tables = {
    'maternity_booking': {'key': ['pregnancy_id'], 'month': 'booking_date', 'provider': 'provider_code',
        'event': ['mother_pseudonym', 'booking_date']},
    'maternity_birth': {'key': ['baby_id'], 'month': 'birth_month', 'provider': 'provider_code',
        'event': ['baby_pseudonym']},
    'neonatal_admission': {'key': ['admission_id'], 'month': 'admission_month', 'provider': 'provider_code',
        'event': ['baby_pseudonym', 'admission_month', 'age_at_admission_days', 'unit_code']},
    'perinatal_mental_health': {'key': ['referral_id'], 'month': 'referral_date', 'provider': 'provider_code',
        'event': ['mother_pseudonym', 'referral_date', 'provider_code']},
    'council_indicator': {'month': 'period_end', 'provider': 'area_code', 'is_one_for_all_systems': true,
        'key': ['indicator', 'area_code', 'period_start', 'period_end', 'dimension', 'group_code'],
        'event': ['area_code', 'indicator', 'period_start', 'period_end', 'dimension', 'group_code']},
    'voice': {'key': ['voice_id'], 'month': 'period_end'},
    'voice_theme': {'key': ['voice_id'], 'month': 'period_end'},
    'voices_membership': {'month': 'as_at',
        'key': ['group_name', 'as_at', 'member_role', 'dimension', 'group_code', 'area_code']},
    'community_asset': {'key': ['asset_id']},
    'workforce': {'month': 'period_end', 'provider': 'organisation_code',
        'key': ['organisation_code', 'period_start', 'period_end', 'staff_group', 'band_cluster', 'ethnic_group',
            'measure', 'survey_question'],
        'event': ['organisation_code', 'period_start', 'period_end', 'staff_group', 'band_cluster', 'ethnic_group',
            'measure', 'survey_question']},
} %}
{% for dataset, rule in tables.items() -%}
select
    '{{ dataset }}' as dataset,
    file_id,
    row_number,
    lmns_code,
    supplier_code,
    {% if rule.month is defined -%}
    cast({{ dbt.date_trunc('month', rule.month) }} as date) as row_month,
    {% else -%}
    -- a list is supplied whole: the last one received stands for all before it
    cast(null as date) as row_month,
    {% endif -%}
    {{ key_of(rule.key) }} as record_key,
    {{ key_hash(["'" ~ dataset ~ "'", 'supplier_code'] + rule.key) }} as record_hash,
    {% if rule.event is defined -%}
    {# two systems may both be told of an event; the figure of an area is one -#}
    {% set event = (rule.event if rule.is_one_for_all_systems else ['lmns_code'] + rule.event) -%}
    {# the first column says who it was about: without it nobody can tell whether two rows are one event -#}
    case when {{ rule.event[0] }} is not null then {{ key_of(event) }} end as event_key,
    case when {{ rule.event[0] }} is not null then {{ key_hash(["'" ~ dataset ~ "'"] + event) }} end as event_hash,
    coalesce({{ rule.provider }} = supplier_code, false) as is_providers_own
    {%- else -%}
    cast(null as varchar) as event_key,
    null as event_hash,
    false as is_providers_own
    {%- endif %}
from {{ ref('stg_local__' ~ dataset) }}
{%- if not loop.last %}
union all
{% endif %}
{%- endfor %}
