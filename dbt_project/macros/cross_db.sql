{#- What engines write differently, each in one dispatched macro. -#}

{#- A text as a number, NULL where it is none. -#}
{% macro to_number(expression) -%}
    {{ return(adapter.dispatch('to_number', 'equity_audit')(expression)) }}
{%- endmacro %}

{% macro default__to_number(expression) -%}
    try_cast({{ expression }} as double)
{%- endmacro %}

{#- A text in a given form as a date, NULL where it is none. `form` is iso, iso_time, dmy or month ('Dec-18',
    'December 2018': its first day). -#}
{% macro to_date(expression, form) -%}
    {{ return(adapter.dispatch('to_date', 'equity_audit')(expression, form)) }}
{%- endmacro %}

{% macro default__to_date(expression, form) -%}
    cast(try_strptime({{ expression }}, {{ {
        'iso': "'%Y-%m-%d'",
        'iso_time': "['%Y-%m-%d %H:%M:%S', '%Y-%m-%dT%H:%M:%S']",
        'dmy': "'%d/%m/%Y'",
        'month': "['%b-%y', '%b-%Y', '%b %Y', '%B %Y']",
    }[form] }}) as date)
{%- endmacro %}

{% macro spark__to_date(expression, form) -%}
    coalesce(
        {%- for pattern in {
            'iso': ['yyyy-MM-dd'],
            'iso_time': ['yyyy-MM-dd HH:mm:ss', "yyyy-MM-dd\'T\'HH:mm:ss"],
            'dmy': ['d/M/yyyy'],
            'month': ['MMM-yy', 'MMM-yyyy', 'MMM yyyy', 'MMMM yyyy'],
        }[form] %}
        try_to_date({{ expression }}, '{{ pattern }}'){{ "," if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{#- The date of a spreadsheet program's day number, NULL for any other text. -#}
{% macro day_number(expression) -%}
    {{ dbt.dateadd('day', "cast(case when " ~ text_matches(expression, '^[0-9]{5}$') ~ " then " ~ expression ~ " end as integer)", "cast('1899-12-30' as date)") }}
{%- endmacro %}

{#- A date from its parts, NULL where there is no such day. -#}
{% macro date_of(year, month, day) -%}
    {{ to_date("concat(lpad(cast(" ~ year ~ " as varchar), 4, '0'), '-', lpad(cast(" ~ month ~ " as varchar), 2, '0'), '-', lpad(cast(" ~ day ~ " as varchar), 2, '0'))", 'iso') }}
{%- endmacro %}

{#- Whether a text matches a regular expression somewhere. -#}
{% macro text_matches(expression, pattern) -%}
    {{ return(adapter.dispatch('text_matches', 'equity_audit')(expression, pattern)) }}
{%- endmacro %}

{% macro default__text_matches(expression, pattern) -%}
    regexp_matches({{ expression }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__text_matches(expression, pattern) -%}
    {{ expression }} rlike '{{ pattern | replace('\\', '\\\\') }}'
{%- endmacro %}

{#- The first capture of a regular expression, NULL where there is none. -#}
{% macro text_capture(expression, pattern) -%}
    {{ return(adapter.dispatch('text_capture', 'equity_audit')(expression, pattern)) }}
{%- endmacro %}

{% macro default__text_capture(expression, pattern) -%}
    nullif(regexp_extract({{ expression }}, '{{ pattern }}', 1), '')
{%- endmacro %}

{#- Replace every match of a regular expression. -#}
{% macro text_replace(expression, pattern, replacement) -%}
    {{ return(adapter.dispatch('text_replace', 'equity_audit')(expression, pattern, replacement)) }}
{%- endmacro %}

{% macro default__text_replace(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__text_replace(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern | replace('\\', '\\\\') }}', '{{ replacement }}')
{%- endmacro %}

{#- The last day of the month of a date. -#}
{% macro month_end(expression) -%}
    last_day({{ expression }})
{%- endmacro %}

{#- A date some months on. -#}
{% macro add_months(expression, months) -%}
    {{ return(adapter.dispatch('add_months', 'equity_audit')(expression, months)) }}
{%- endmacro %}

{% macro default__add_months(expression, months) -%}
    cast({{ expression }} + {{ months }} * interval '1 month' as date)
{%- endmacro %}

{% macro spark__add_months(expression, months) -%}
    add_months({{ expression }}, {{ months }})
{%- endmacro %}

{#- Natural logarithm of the gamma function. -#}
{% macro log_gamma(expression) -%}
    {{ return(adapter.dispatch('log_gamma', 'equity_audit')(expression)) }}
{%- endmacro %}

{% macro default__log_gamma(expression) -%}
    lgamma({{ expression }})
{%- endmacro %}

{#- Spark has none: Stirling's series eight above, and back down by the recurrence. For arguments of 1 or more. -#}
{% macro spark__log_gamma(expression) -%}
    {%- set x = '(' ~ expression ~ ')' -%}
    {%- set y = '(' ~ expression ~ ' + 8.0)' -%}
    (
        ({{ y }} - 0.5) * ln({{ y }}) - {{ y }} + 0.9189385332046727
        + (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / (1188.0 * {{ y }} * {{ y }}))
        / ({{ y }} * {{ y }})) / ({{ y }} * {{ y }})) / ({{ y }} * {{ y }})) / {{ y }}
        - ln({{ x }} * ({{ x }} + 1.0) * ({{ x }} + 2.0) * ({{ x }} + 3.0) * ({{ x }} + 4.0) * ({{ x }} + 5.0) * ({{ x }} + 6.0) * ({{ x }} + 7.0))
    )
{%- endmacro %}

{#- Whole numbers from `first` to `last`, one row each, as column n. -#}
{% macro whole_numbers(first, last) -%}
    {{ return(adapter.dispatch('whole_numbers', 'equity_audit')(first, last)) }}
{%- endmacro %}

{% macro default__whole_numbers(first, last) -%}
    select cast(range as bigint) as n from range({{ first }}, {{ last }} + 1)
{%- endmacro %}

{% macro spark__whole_numbers(first, last) -%}
    select id as n from range({{ first }}, {{ last }} + 1)
{%- endmacro %}

{#- A whole number that is the same for equal columns and nearly always another for others. -#}
{% macro key_hash(columns) -%}
    {{ return(adapter.dispatch('key_hash', 'equity_audit')(columns)) }}
{%- endmacro %}

{% macro default__key_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__key_hash(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}
