-- int_local__booking_sum by period.
{{ local_periods('booking', ref('int_local__booking_sum')) }}
