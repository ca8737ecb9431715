-- Areas into quantiles.
{{ quantiles(source('cases', 'inputs_quantiles'), ['set_id'], quantile_count='nquantiles', descending='invert') }}
