-- Two groups: exact and mid-p limits of the rate ratio.
{{ rate_ratio_exact_limits(source('cases', 'inputs_pairs'), 'case_id', largest=20000) }}
