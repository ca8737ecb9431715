-- Slope and relative index on the logit scale.
{{ slope_index(source('cases', 'inputs_logit_slopes'), ['case_id'], scale='logit') }}
