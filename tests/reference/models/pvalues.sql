-- Benjamini and Hochberg's adjusted p-values within each set.
{{ benjamini_hochberg(source('cases', 'inputs_pvalues'), 'p_value', ['set_id']) }}
