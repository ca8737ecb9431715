-- Slope and relative index through the values themselves, with the standard errors given.
{{ slope_index(source('cases', 'inputs_slopes'), ['case_id']) }}
