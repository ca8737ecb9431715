-- Indirectly standardised ratio and rate.
{{ indirectly_standardised(source('cases', 'inputs_standardisation'), ['area_id'], reference_x='x_ref', reference_n='n_ref') }}
