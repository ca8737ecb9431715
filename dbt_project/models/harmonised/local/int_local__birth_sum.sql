-- Babies and their mothers, counted from local records.
{{ local_sum_pass('birth', ref('int_birth_in_delivery'), 'birth_month') }}
