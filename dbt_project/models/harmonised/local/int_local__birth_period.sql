-- int_local__birth_sum by period.
{{ local_periods('birth', ref('int_local__birth_sum')) }}
