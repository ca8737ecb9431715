-- Two groups: exact p-values.
{{ two_groups_exact_p(source('cases', 'inputs_pairs'), 'case_id', largest=20000) }}
