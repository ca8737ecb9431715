-- Is there any difference between the groups of a case?
{{ any_difference(source('cases', 'inputs_any_difference'), ['case_id'], extra='extra') }}
