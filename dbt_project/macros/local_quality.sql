{#- Figures of the quality of local records. Each model of models/harmonised/local_quality hands these columns over. -#}
{% macro local_quality_columns() -%}
    {{ return([
        'lmns_code', 'organisation_code', 'organisation_level', 'item', 'measure', 'value', 'numerator', 'numerator_of', 'denominator',
        'denominator_of', 'period_start', 'period_end', 'verdict', 'detail',
    ]) }}
{%- endmacro %}

{#- Whom a count is of, as text: a data set, and what is true of its records. Counts with one text are of the same people. The
    disclosure audit (orchestration/outputs/protection_quality.py) adds up counts by it: `feed=a|b` is `feed=a` and `feed=b`. -#}
{% macro people_of(record, condition=none) -%}
    {%- set dataset = local_records()[record].dataset -%}
    {{ return(dataset if condition is none else dataset ~ '; ' ~ condition) }}
{%- endmacro %}

{#- Whom a part of a local metric is of, by its concept: those who are known in an item are those of that item. -#}
{% macro people_of_concept(concept) -%}
    case {{ concept }}
    {%- for record in local_records() %}
    {%- set known = {} -%}
    {%- for item in local_items(record) -%}
        {%- do known.update({item.known: people_of(record, item.item ~ '=known')}) -%}
    {%- endfor -%}
    {%- do known.update({'true': people_of(record)}) -%}
    {%- for measure in local_measures(record) %}
    {%- set among = known.get(measure.among, people_of(record, measure.among)) -%}
    {%- set event = people_of(record, '(' ~ measure.among ~ ') and (' ~ measure.get('event', 'false') ~ ')') %}
    {%- for window in ['month', 'year', 'pool'] %}
        when 'local_{{ window }}.{{ measure.name }}[{{ 'Denominator' if measure.event else 'Count' }}]' then '{{ among | replace("'", "''") }}'
        {%- if measure.event %}
        when 'local_{{ window }}.{{ measure.name }}[Numerator]' then '{{ event | replace("'", "''") }}'
        {%- endif %}
    {%- endfor %}
    {%- endfor %}
    {%- endfor %}
    end
{%- endmacro %}

{#- A share with its verdict: good from `expected` on. -#}
{% macro share_verdict(numerator, denominator, expected) -%}
    case
        when {{ denominator }} = 0 then 'not available'
        when {{ numerator }} * 1.0 / {{ denominator }} >= {{ expected }} then 'good'
        else 'needs attention'
    end
{%- endmacro %}

{#- The items of each data set: when one is known, filled in and not understood. A number is filled in where it is there, and
    plausible where it is known; a code is filled in where it is there, and not understood where it is the mark `invalid`. Those who are
    known are the known groups of `dimension`. -#}
{#- Survival is asked of babies born alive; a stillbirth counts as answered, or births less answers would give the stillbirths of a month. -#}
{% macro local_items(dataset) -%}
    {%- set yes_no = "in ('Y', 'N')" -%}
    {%- set smoking = "in ('1', '2', '3', '4')" -%}
    {%- set area = {'item': "Small area of the mother's home", 'known': "deprivation_quintile <> 'Q_UNKNOWN'", 'filled': "lsoa_status <> 'missing'", 'invalid': "lsoa_status in ('invalid', 'not_found')", 'dimension': 'deprivation_quintile'} -%}
    {%- set number = {'item': "Mother's NHS number", 'known': 'mother_pseudonym is not null', 'filled': "mother_number_status <> 'missing'", 'invalid': "mother_number_status = 'invalid'"} -%}
    {%- set baby_number = {'item': "Baby's NHS number", 'known': 'baby_pseudonym is not null', 'filled': "baby_number_status <> 'missing'", 'invalid': "baby_number_status = 'invalid'"} -%}
    {{ return({
        'booking': [
            {'item': 'Length of pregnancy at booking', 'column': 'gestation_at_booking_days', 'known': 'gestation_days_known is not null', 'is_number': true},
            {'item': "Mother's age at booking", 'column': 'mother_age_at_booking', 'known': 'mother_age_at_booking between 10 and 60', 'is_number': true, 'dimension': 'age'},
            {'item': 'Smoking status at booking', 'column': 'smoking_status_booking', 'known': 'smoking_status_booking ' ~ smoking},
            {'item': 'Need of an interpreter', 'column': 'interpreter_needed', 'known': 'interpreter_needed ' ~ yes_no, 'dimension': 'interpreter'},
            {'item': 'Preferred language', 'column': 'language_code', 'known': "language_code <> 'invalid'", 'dimension': 'language'},
            {'item': 'Care and support plan', 'column': 'care_plan_recorded', 'known': 'care_plan_recorded ' ~ yes_no},
            {'item': 'Continuity of carer pathway', 'column': 'continuity_pathway_by_28_weeks', 'known': 'continuity_pathway_by_28_weeks ' ~ yes_no},
            area, number,
        ],
        'birth': [
            {'item': 'Length of pregnancy at birth', 'column': 'gestation_at_birth_days', 'known': 'gestation_days_known is not null', 'is_number': true},
            {'item': 'Birth weight', 'column': 'birth_weight_grams', 'known': 'birth_weight_grams_known is not null', 'is_number': true},
            {'item': 'Apgar score at 5 minutes', 'column': 'apgar_5_minutes', 'known': 'apgar_5_minutes_known is not null', 'is_number': true},
            {'item': 'Blood loss', 'column': 'blood_loss_ml', 'known': 'blood_loss_ml between 0 and 10000', 'is_number': true},
            {'item': "Mother's age at birth", 'column': 'mother_age_at_birth', 'known': 'mother_age_at_birth between 10 and 60', 'is_number': true, 'dimension': 'age'},
            {'item': 'Outcome of pregnancy', 'column': 'pregnancy_outcome', 'known': "pregnancy_outcome in ('01', '02', '03', '04')"},
            {'item': 'Method of birth', 'column': 'delivery_method', 'known': "delivery_method not in ('X', 'invalid')"},
            {'item': 'Tear', 'column': 'perineal_tear', 'known': "perineal_tear in ('0', '1', '2', '3', '4')"},
            {'item': 'Smoking status at delivery', 'column': 'smoking_status_delivery', 'known': 'smoking_status_delivery ' ~ smoking},
            {'item': 'First feed', 'column': 'first_feed', 'known': "first_feed in ('01', '02', '03')"},
            {'item': 'Survival to 28 days', 'known': 'is_stillbirth or died_within_28_days ' ~ yes_no, 'filled': 'is_stillbirth or died_within_28_days is not null', 'invalid': "died_within_28_days = 'invalid' and not is_stillbirth"},
            area, number, baby_number,
        ],
        'admission': [
            {'item': 'Length of pregnancy at birth', 'column': 'gestation_at_birth_days', 'known': 'gestation_at_birth_days between 154 and 315', 'is_number': true},
            {'item': 'Birth weight', 'column': 'birth_weight_grams', 'known': 'birth_weight_grams between 200 and 7000', 'is_number': true},
            {'item': 'Sex', 'column': 'sex', 'known': "sex in ('1', '2', '9')"},
            area, baby_number,
        ],
        'referral': [
            {'item': "Woman's age at referral", 'column': 'mother_age_at_referral', 'known': 'mother_age_at_referral between 10 and 60', 'is_number': true, 'dimension': 'age'},
            area, number,
        ],
    }[dataset]) }}
{%- endmacro %}

{#- The record models, with the name that people read and the month of the event. -#}
{% macro local_records() -%}
    {{ return({
        'booking': {'name': 'Bookings', 'model': 'int_booking', 'month': 'booking_month', 'dataset': 'maternity_booking'},
        'birth': {'name': 'Births', 'model': 'int_birth', 'month': 'birth_month', 'dataset': 'maternity_birth'},
        'admission': {'name': 'Neonatal admissions', 'model': 'int_neonatal_admission', 'month': 'admission_month', 'dataset': 'neonatal_admission'},
        'referral': {'name': 'Perinatal mental health referrals', 'model': 'int_perinatal_referral', 'month': 'referral_month', 'dataset': 'perinatal_mental_health'},
    }) }}
{%- endmacro %}
