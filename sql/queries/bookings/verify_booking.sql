-- The guest's word that a booking is his, while it still stands: his time is kept, as his host's rules say.
-- $1 bookingId uuid
-- $2 version   int4
-- $3 status    text
-- $4 expiresAt timestamptz
-- $5 actorId   uuid
-- $6 promises  jsonb
-- $7 notices   jsonb
-- $8 now       timestamptz
with booking as (
  update bookings set status = $3, expires_at = $4, awaits_guest = false, version = version + 1, sequence = sequence + 1
  where id = $1 and version = $2 and status = 'PENDING' and awaits_guest and expires_at > $8
  returning id, version, sequence, expires_at
), kept as (
  update reservations r set expires_at = booking.expires_at from booking where r.booking_id = booking.id returning r.host_id
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, actor_id, was, created_at)
  select id, version, 'verified', 'guest', $5, '{"status": "PENDING"}', $8 from booking
), promised as (
  insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at)
  select p.id, p.queue, p.kind, booking.id, booking.sequence, p."attendeeId", p."userId", p."dueAt"
  from booking, jsonb_to_recordset($6)
    as p(id uuid, queue text, kind text, "attendeeId" uuid, "userId" uuid, "dueAt" timestamptz)
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select n.id, n."userId", n.type, n.metadata || jsonb_build_object('bookingId', booking.id), $8
  from booking, jsonb_to_recordset($7) as n(id uuid, "userId" uuid, type text, metadata jsonb)
)
select id,
  -- by the clock of another process it had lapsed, and somebody took the time
  case when (select count(*) from kept) < (select count(*) from booking_hosts where booking_id = $1)
    then refuse('booking_closed') end as refused
from booking
