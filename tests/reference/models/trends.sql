-- Cochran-Armitage over every year given.
{{ cochran_armitage(source('cases', 'inputs_trend'), ['series_id'], x='numerator', n='denominator', points_needed=2) }}
