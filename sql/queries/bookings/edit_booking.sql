-- Change a booking's title, place and notes if nobody changed it meanwhile.
-- $1 bookingId uuid
-- $2 version   int4
-- $3 title     text
-- $4 location  jsonb
-- $5 notes     text
-- $6 actorId   uuid
-- $7 now       timestamptz
with before as (
  select id, title, location, notes from bookings where id = $1
), booking as (
  update bookings set title = $3, location = $4, notes = $5, version = version + 1
  where id = $1 and version = $2 and status in ('PENDING', 'CONFIRMED')
  returning id, version
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, actor_id, was, created_at)
  select booking.id, booking.version, 'edited', 'host', $6,
    jsonb_build_object('title', before.title, 'location', before.location, 'notes', before.notes), $7
  from booking join before using (id)
)
select id from booking
