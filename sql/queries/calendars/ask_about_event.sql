-- The host has moved or deleted his event of a booking: he is asked. What was asked already is not asked again.
-- $1 bookingId uuid
-- $2 hostId    uuid
-- $3 drift     text
-- $4 start     timestamptz
-- $5 end       timestamptz
-- $6 now       timestamptz
update calendar_events set drift = $3, drifted_to = case when $3 = 'moved' then tstzrange($4, $5) end, drifted_at = $6
where booking_id = $1 and host_id = $2
  and (drift, drifted_to) is distinct from ($3, case when $3 = 'moved' then tstzrange($4, $5) end)
