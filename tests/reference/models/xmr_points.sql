-- Limits and rules of each point.
{{ xmr_points(source('cases', 'inputs_xmr'), ['series_id'], moment='date', segment='rebase_group', baseline='fix_after_n_points', screen='screen_outliers') }}
