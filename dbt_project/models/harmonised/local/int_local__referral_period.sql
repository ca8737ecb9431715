-- int_local__referral_sum by period.
{{ local_periods('referral', ref('int_local__referral_sum')) }}
