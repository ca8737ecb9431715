-- Directly standardised rate per 1,000.
{{ directly_standardised_rate(source('cases', 'inputs_standardisation'), ['area_id'], weight='stdpop', multiplier='1000.0') }}
