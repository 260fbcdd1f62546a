-- The host's no to a request: its time is free again.
-- $1 bookingId uuid
-- $2 version   int4
-- $3 reason    text
-- $4 actorId   uuid
-- $5 promises  jsonb
-- $6 notices   jsonb
-- $7 now       timestamptz
with booking as (
  update bookings set status = 'DECLINED', cancel_reason = $3, version = version + 1, sequence = sequence + 1
  where id = $1 and version = $2 and status = 'PENDING'
  returning id, version, sequence
), freed as (
  delete from reservations using booking where booking_id = booking.id
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, actor_id, reason, was, created_at)
  select id, version, 'declined', 'host', $4, $3, '{"status": "PENDING"}', $7 from booking
), promised as (
  insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at)
  select p.id, p.queue, p.kind, booking.id, booking.sequence, p."attendeeId", p."userId", p."dueAt"
  from booking, jsonb_to_recordset($5)
    as p(id uuid, queue text, kind text, "attendeeId" uuid, "userId" uuid, "dueAt" timestamptz)
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select n.id, n."userId", n.type, n.metadata, $7
  from booking, jsonb_to_recordset($6)
    as n(id uuid, "userId" uuid, type text, metadata jsonb)
)
select id from booking
