-- The host's yes to a request that still stands: the time stays taken for good.
-- $1 bookingId uuid
-- $2 version   int4
-- $3 actorId   uuid
-- $4 promises  jsonb
-- $5 notices   jsonb
-- $6 now       timestamptz
with booking as (
  update bookings set status = 'CONFIRMED', awaits_guest = false, expires_at = null, version = version + 1, sequence = sequence + 1
  where id = $1 and version = $2 and status = 'PENDING' and expires_at > $6
  returning id, version, sequence
), kept as (
  update reservations r set expires_at = null from booking where r.booking_id = booking.id returning r.host_id
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, actor_id, was, created_at)
  select id, version, 'confirmed', 'host', $3, '{"status": "PENDING"}', $6 from booking
), promised as (
  insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at)
  select p.id, p.queue, p.kind, booking.id, booking.sequence, p."attendeeId", p."userId", p."dueAt"
  from booking, jsonb_to_recordset($4)
    as p(id uuid, queue text, kind text, "attendeeId" uuid, "userId" uuid, "dueAt" timestamptz)
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select n.id, n."userId", n.type, n.metadata, $6
  from booking, jsonb_to_recordset($5)
    as n(id uuid, "userId" uuid, type text, metadata jsonb)
)
select id,
  -- by the clock of another process it had lapsed, and somebody took the time
  case when (select count(*) from kept) < (select count(*) from booking_hosts where booking_id = $1)
    then refuse('booking_closed') end as refused
from booking
