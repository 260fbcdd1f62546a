-- Bring a cancelled booking back to its time, if its hosts are free then: with the buffers of today.
-- $1 bookingId uuid
-- $2 version   int4
-- $3 groups    jsonb
-- $4 actorId   uuid
-- $5 promises  jsonb
-- $6 notices   jsonb
-- $7 now       timestamptz
with before as (
  select b.id, b.during, b.cancelled_at, b.cancel_reason, tstzrange(
    lower(b.during) - make_interval(mins => coalesce(t.buffer_before_minutes, 0)),
    upper(b.during) + make_interval(mins => coalesce(t.buffer_after_minutes, 0))) as reserved,
    exists (select from booking_hosts h join users u on u.id = h.host_id
      where h.booking_id = b.id and (u.status <> 'ACTIVE' or not may_host(t.organization_id, u.id))) as is_deserted
  from bookings b left join meeting_types t on t.id = b.meeting_type_id
  where b.id = $1 and b.version = $2 and b.status = 'CANCELLED'
), admitted as materialized (
  -- no rules and no caps: a host decides, and only what is taken stands in the way, or a host who is gone
  select case when before.is_deserted then array[refuse('host_gone')]
    else admit(null, null, before.during, before.reserved, $3, '[]', $1, false, $7) end as hosts from before
), booking as (
  update bookings set status = 'CONFIRMED', awaits_guest = false, cancelled_at = null, cancel_reason = null, expires_at = null,
    version = version + 1, sequence = sequence + 1
  from admitted where id = $1 and version = $2 and status = 'CANCELLED'
  returning id, version, sequence
), reserved as (
  insert into reservations (host_id, reserved, booking_id)
  select unnest(admitted.hosts), before.reserved, booking.id from booking, admitted, before
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, actor_id, was, created_at)
  select booking.id, booking.version, 'restored', 'host', $4, jsonb_build_object('status', 'CANCELLED',
    'cancelledAt', before.cancelled_at, 'cancelReason', before.cancel_reason), $7
  from booking join before using (id)
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
