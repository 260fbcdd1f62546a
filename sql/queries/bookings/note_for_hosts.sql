-- Change the hosts' own notes, if nobody changed the booking meanwhile.
-- $1 bookingId uuid
-- $2 version   int4
-- $3 hostNotes text
-- $4 actorId   uuid
-- $5 now       timestamptz
with before as (
  select id, host_notes from bookings where id = $1
), booking as (
  update bookings set host_notes = $3, version = version + 1 where id = $1 and version = $2
  returning id, version
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, actor_id, was, created_at)
  select booking.id, booking.version, 'edited', 'host', $4, jsonb_build_object('hostNotes', before.host_notes), $5
  from booking join before using (id)
)
select id from booking
