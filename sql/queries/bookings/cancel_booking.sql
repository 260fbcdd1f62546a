-- Cancel if nobody changed it meanwhile: the time is free again, everybody concerned is told.
-- $1  bookingId      uuid
-- $2  version        int4
-- $3  reason         text
-- $4  actorKind      text
-- $5  actorId        uuid
-- $6  promises       jsonb
-- $7  notices        jsonb
-- $8  eventId        uuid
-- $9  now            timestamptz
with before as (
  select id, status, version from bookings where id = $1
), locked as materialized (
  -- in the order of everybody who changes what hosts have reserved
  select lock_hosts(array(select host_id from reservations where booking_id = $1))
), booking as (
  update bookings set status = 'CANCELLED', version = version + 1, sequence = sequence + 1,
    cancelled_at = $9, cancel_reason = $3
  from locked
  where id = $1 and version = $2 and status in ('PENDING', 'CONFIRMED')
  returning id, host_id, version, sequence
), freed as (
  delete from reservations using booking where booking_id = booking.id
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, actor_id, reason, was, created_at)
  select booking.id, booking.version, 'cancelled', $4, $5, $3, jsonb_build_object('status', before.status), $9
  from booking join before using (id)
), promised as (
  insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at)
  select p.id, p.queue, p.kind, booking.id, booking.sequence, p."attendeeId", p."userId", p."dueAt"
  from booking, jsonb_to_recordset($6)
    as p(id uuid, queue text, kind text, "attendeeId" uuid, "userId" uuid, "dueAt" timestamptz)
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select n.id, n."userId", n.type, n.metadata, $9
  from booking, jsonb_to_recordset($7)
    as n(id uuid, "userId" uuid, type text, metadata jsonb)
), event as (
  insert into analytics_events (id, user_id, event_type, metadata, created_at)
  select $8, host_id, 'BOOKING_CANCELLED', jsonb_build_object('bookingId', id), $9 from booking
)
select id from booking
