-- Is a gap growing?
{{ gap_trend(source('cases', 'inputs_gap_trend'), ['case_id']) }}
