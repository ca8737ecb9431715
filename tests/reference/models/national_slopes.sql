-- The same with ranks from the national population.
{{ slope_index(source('cases', 'inputs_slopes'), ['case_id'], rank_weight='national_population') }}
