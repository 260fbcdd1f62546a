-- A host wants his event as the booking is: it is written again, the question is answered. Nothing where there is none.
-- $1 bookingId uuid
-- $2 hostId    uuid
-- $3 now       timestamptz
with answered as (
  update calendar_events set incarnation = incarnation + (drift = 'deleted')::int, calendar_id = case when drift = 'moved' then calendar_id end,
    etag = null, shows = null, drift = null, drifted_to = null, drifted_at = null
  where booking_id = $1 and host_id = $2 and drift is not null
  returning booking_id, host_id
)
select booking_id as id, promise_event(booking_id, host_id, $3) as promised from answered
