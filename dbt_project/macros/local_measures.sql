{#- What is counted from local records: each measure with who is in its denominator and who of them in its numerator.
    seeds/metric_twins.csv says which national measure each is the twin of. A measure without a numerator is a count.
    `window` pool: one year is too few. `standardised`: also worked out for mothers of the same ages. -#}

{% macro local_measures(record) -%}
    {{ return({
        'booking': [
            {'name': 'bookings', 'among': 'true'},
            {'name': 'booking_by_10_weeks', 'among': 'gestation_days_known is not null', 'event': 'gestation_days_known <= 70'},
            {'name': 'booking_after_20_weeks', 'among': 'gestation_days_known is not null', 'event': 'gestation_days_known > 140'},
            {'name': 'smoking_booking', 'among': "smoking_status_booking in ('1', '2', '3', '4')", 'event': "smoking_status_booking = '1'"},
            {'name': 'continuity', 'among': "continuity_pathway_by_28_weeks in ('Y', 'N')", 'event': "continuity_pathway_by_28_weeks = 'Y'"},
            {'name': 'care_plan', 'among': "care_plan_recorded in ('Y', 'N')", 'event': "care_plan_recorded = 'Y'"},
            {'name': 'interpreter_need', 'among': "interpreter_needed in ('Y', 'N')", 'event': "interpreter_needed = 'Y'"},
            {'name': 'folic_acid', 'among': "folic_acid in ('Y', 'N')", 'event': "folic_acid = 'Y'"},
            {'name': 'complex_social_factors', 'among': "complex_social_factors in ('Y', 'N')", 'event': "complex_social_factors = 'Y'"},
            {'name': 'obese', 'among': 'body_mass_index_known is not null', 'event': 'body_mass_index_known >= 30'},
        ],
        'birth': [
            {'name': 'babies', 'among': 'true'},
            {'name': 'deliveries', 'among': 'is_first_of_delivery'},
            {'name': 'smoking_delivery', 'among': "is_first_of_delivery and smoking_status_of_delivery in ('1', '2', '3', '4')", 'event': "smoking_status_of_delivery = '1'"},
            {'name': 'preterm', 'among': 'is_live_birth and is_singleton and gestation_days_known is not null', 'event': 'gestation_days_known <= 258', 'standardised': true},
            {'name': 'low_birth_weight_term', 'among': 'is_term and birth_weight_grams_known is not null', 'event': 'birth_weight_grams_known < 2500', 'standardised': true},
            {'name': 'apgar', 'among': 'is_singleton and is_term and apgar_5_minutes_known is not null', 'event': 'apgar_5_minutes_known <= 6'},
            {'name': 'pph', 'among': 'is_first_of_delivery', 'event': 'blood_loss_ml_of_delivery >= 1500'},
            {'name': 'tears', 'among': "is_singleton and is_term and delivery_method in ('0', '1', '2', '3', '4')", 'event': "perineal_tear in ('3', '4')"},
            {'name': 'caesarean', 'among': 'is_first_of_delivery and is_method_of_delivery_known', 'event': 'is_caesarean'},
            {'name': 'robson_01', 'among': "is_first_of_delivery and robson_group = '1'", 'event': 'is_caesarean'},
            {'name': 'robson_02', 'among': "is_first_of_delivery and robson_group = '2'", 'event': 'is_caesarean'},
            {'name': 'robson_05', 'among': "is_first_of_delivery and robson_group = '5'", 'event': 'is_caesarean'},
            {'name': 'vbac', 'among': 'is_singleton and is_term and is_method_of_delivery_known and previous_live_births = 1 and previous_caesareans = 1', 'event': "delivery_method in ('0', '1', '2', '3', '4')"},
            {'name': 'skin_to_skin', 'among': "is_term and skin_to_skin in ('Y', 'N')", 'event': "skin_to_skin = 'Y'"},
            {'name': 'breast_milk', 'among': "first_feed in ('01', '02', '03')", 'event': "first_feed in ('01', '02')"},
            {'name': 'stillbirth', 'among': 'is_live_birth or is_stillbirth', 'event': 'is_stillbirth', 'window': 'pool'},
            {'name': 'neonatal_death', 'among': "is_live_birth and died_within_28_days in ('Y', 'N')", 'event': "died_within_28_days = 'Y'", 'window': 'pool'},
            {'name': 'term_admission', 'among': 'is_live_birth and is_term and is_admission_known', 'event': 'is_admitted'},
        ],
        'referral': [
            {'name': 'referrals', 'among': 'true'},
            {'name': 'perinatal_contact', 'among': 'true', 'event': 'first_attended_contact_date is not null or attended_contacts > 0'},
        ],
        'admission': [],
    }[record]) }}
{%- endmacro %}

{#- Which record a local metric is counted from, by its id: booking, birth or referral; null for others. -#}
{% macro record_of_metric(metric_id) -%}
    case
        {%- for record in ['booking', 'birth', 'referral'] %}
        when {{ metric_id }} in (
            {%- for measure in local_measures(record) -%}
                {%- for end in ['', '_month', '_share', '_standardised'] -%}
                    'local_{{ measure.name ~ end }}'{{ ', ' if not loop.last }}
                {%- endfor -%}
                {{ ', ' if not loop.last }}
            {%- endfor -%}
        ) then '{{ record }}'
        {%- endfor %}
    end
{%- endmacro %}

{#- The columns of the sums: who is in the denominator of each measure, and who of them in its numerator. -#}
{% macro local_sums(record) -%}
    {%- for measure in local_measures(record) %}
    sum(case when {{ measure.among }} then 1 else 0 end) as {{ measure.name }}_among,
    sum(case when ({{ measure.among }}) and ({{ measure.get('event', 'false') }}) then 1 else 0 end) as {{ measure.name }}_events{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- The people of a record model counted by system, provider and month, for everybody and for every group, in one pass.
    `grouped_by` says which groups a row is of: total, ethnicity, ... or two of them crossed. -#}
{% macro local_sum_pass(record, relation, month) -%}
{%- set place = 'lmns_code, provider_code, ' ~ month -%}
{%- set sets = {
    'total': '',
    'ethnicity': 'mother_ethnicity',
    'ethnicity_detailed': 'mother_ethnicity_detailed',
    'deprivation_quintile': 'imd_edition, deprivation_quintile',
    'age': 'age_band',
    'language': 'language',
    'interpreter': 'interpreter',
    'ethnicity_deprivation_quintile': 'mother_ethnicity, imd_edition, deprivation_quintile',
} -%}
{%- if local_measures(record) | selectattr('standardised', 'defined') | list -%}
    {%- do sets.update({
        'ethnicity_age': 'mother_ethnicity, age_band', 'deprivation_quintile_age': 'imd_edition, deprivation_quintile, age_band'
    }) -%}
{%- endif %}
select
    lmns_code,
    provider_code,
    {{ month }} as event_month,
    case
        when grouping(mother_ethnicity) = 0 and grouping(deprivation_quintile) = 0 then 'ethnicity_deprivation_quintile'
        when grouping(mother_ethnicity) = 0 and grouping(age_band) = 0 then 'ethnicity_age'
        when grouping(deprivation_quintile) = 0 and grouping(age_band) = 0 then 'deprivation_quintile_age'
        when grouping(mother_ethnicity) = 0 then 'ethnicity'
        when grouping(mother_ethnicity_detailed) = 0 then 'ethnicity_detailed'
        when grouping(deprivation_quintile) = 0 then 'deprivation_quintile'
        when grouping(age_band) = 0 then 'age'
        when grouping(language) = 0 then 'language'
        when grouping(interpreter) = 0 then 'interpreter'
        else 'total'
    end as grouped_by,
    mother_ethnicity as ethnicity,
    mother_ethnicity_detailed as ethnicity_detailed,
    imd_edition,
    deprivation_quintile,
    age_band as age,
    language,
    interpreter,
    min(file_id) as file_id,
    {{- local_sums(record) }}
from {{ relation }}
group by grouping sets (
    {%- for columns in sets.values() %}
    ({{ place }}{{ ', ' ~ columns if columns }}){{ ',' if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}

{#- Sums of a record by period: every system and its own providers; months for everybody, years and pools of years for
    every group. Part of a year stands for itself where half a year or the only year is held. -#}
{% macro local_periods(record, relation) -%}
    with spanned as (

        select
            sums.*,
            {{ financial_year_start('event_month') }} as year_start,
            min(event_month) over (partition by lmns_code) as first_month,
            max(event_month) over (partition by lmns_code) as last_month
        from {{ relation }} as sums

    ),

    placed as (

        select
            'lmns' as organisation_level,
            spanned.lmns_code as organisation_code,
            spanned.*
        from spanned
        {% if record != 'referral' -%}
        union all
        -- a provider of another system is counted for the system that supplied it, never shown as a provider there
        select
            'provider' as organisation_level,
            spanned.provider_code as organisation_code,
            spanned.*
        from spanned
        inner join {{ ref('dim_organisation') }} as organisation
            on
                organisation.organisation_level = 'provider'
                and spanned.provider_code = organisation.organisation_code
                and spanned.lmns_code = organisation.lmns_code
        where spanned.grouped_by in ('total', 'ethnicity', 'deprivation_quintile')
        {%- endif %}

    ),

    windowed as (

        select
            'month' as period_kind,
            event_month as period_start,
            {{ month_end('event_month') }} as period_end,
            placed.*
        from placed
        where grouped_by = 'total'
        union all
        select
            'year' as period_kind,
            greatest(year_start, first_month) as period_start,
            least({{ month_end(add_months('year_start', 11)) }}, {{ month_end('last_month') }}) as period_end,
            placed.*
        from placed
        union all
        select
            'pool' as period_kind,
            greatest({{ add_months(financial_year_start('last_month'), -24) }}, first_month) as period_start,
            {{ month_end('last_month') }} as period_end,
            placed.*
        from placed
        where
            event_month >= {{ add_months(financial_year_start('last_month'), -24) }}
            and grouped_by not in ('ethnicity_age', 'deprivation_quintile_age')

    ),

    measured as (

        select
            windowed.*,
            {{ dbt.datediff('period_start', 'period_end', 'month') }} + 1 as months_in_period,
            first_month >= period_start and last_month <= period_end as is_all_there_is
        from windowed

    ),

    kept as (

        select *
        from measured
        where
            period_kind <> 'year'
            or months_in_period >= 6
            or is_all_there_is

    ),

    held as (

        select
            organisation_level,
            organisation_code,
            period_kind,
            period_start,
            min(file_id) as file_id,
            count(distinct event_month) as months_held
        from kept
        where grouped_by = 'total'
        group by organisation_level, organisation_code, period_kind, period_start

    ),

    summed as (

        select
            organisation_level,
            organisation_code,
            period_kind,
            period_start,
            period_end,
            months_in_period,
            grouped_by,
            ethnicity,
            ethnicity_detailed,
            imd_edition,
            deprivation_quintile,
            age,
            language,
            interpreter,
            {%- for measure in local_measures(record) %}
            sum({{ measure.name }}_among) as {{ measure.name }}_among,
            sum({{ measure.name }}_events) as {{ measure.name }}_events{{ ',' if not loop.last }}
            {%- endfor %}
        from kept
        group by
            organisation_level, organisation_code, period_kind, period_start, period_end, months_in_period, grouped_by,
            ethnicity, ethnicity_detailed, imd_edition, deprivation_quintile, age, language, interpreter

    )

    select
        summed.*,
        held.file_id,
        held.months_held,
        case
            when summed.period_kind = 'month' then 'month'
            when summed.period_kind = 'pool' then 'pooled_years'
            when summed.months_in_period = 12 then 'financial_year'
            else 'part_of_year'
        end as period_window
    from summed
    inner join held
        on
            summed.organisation_level = held.organisation_level
            and summed.organisation_code = held.organisation_code
            and summed.period_kind = held.period_kind
            and summed.period_start = held.period_start
{%- endmacro %}

{#- Code list of the groups that a sum is made by; deprivation by the edition made for the small areas of its vintage. -#}
{% macro local_imd_vocabulary() -%}
    case
        when deprivation_quintile = 'Q_UNKNOWN' then 'local.no_imd_quintile'
        else concat('local.', replace(lower(imd_edition), ' ', '_'), '_quintile')
    end
{%- endmacro %}

{% macro local_vocabulary(grouped_by) -%}
    case
        when {{ grouped_by }} in ('ethnicity', 'ethnicity_age') then 'local.ethnic_group'
        -- the edition stands in the name, so that groups of two editions are never added up
        when {{ grouped_by }} = 'ethnicity_deprivation_quintile' and deprivation_quintile <> 'Q_UNKNOWN'
            then concat('local.ethnic_group_by_', replace(lower(imd_edition), ' ', '_'))
        when {{ grouped_by }} = 'ethnicity_deprivation_quintile' then 'local.ethnic_group'
        when {{ grouped_by }} = 'ethnicity_detailed' then 'local.ethnic_category'
        when {{ grouped_by }} in ('deprivation_quintile', 'deprivation_quintile_age') then {{ local_imd_vocabulary() }}
        when {{ grouped_by }} = 'age' then 'local.age'
        when {{ grouped_by }} = 'language' then 'local.language'
        when {{ grouped_by }} = 'interpreter' then 'local.interpreter'
    end
{%- endmacro %}
