-- Referrals to perinatal mental health services, counted from local records.
{{ local_sum_pass('referral', ref('int_perinatal_referral'), 'referral_month') }}
