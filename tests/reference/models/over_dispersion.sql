-- How much organisations differ beyond chance.
{{ over_dispersion(source('cases', 'inputs_over_dispersion'), ['case_id']) }}
