-- Women booked, counted from local records.
{{ local_sum_pass('booking', ref('int_booking'), 'booking_month') }}
