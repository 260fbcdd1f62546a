-- A guest leaves a meeting that goes on without him, with whom he brought along, if nobody changed it meanwhile.
-- $1 bookingId   uuid
-- $2 version     int4
-- $3 attendeeIds uuid[]
-- $4 reason      text
-- $5 actorId     uuid
-- $6 promises    jsonb
-- $7 notices     jsonb
-- $8 eventId     uuid
-- $9 now         timestamptz
with booking as (
  update bookings set seats_taken = seats_taken - cardinality($3::uuid[]), version = version + 1
  where id = $1 and version = $2 and status in ('PENDING', 'CONFIRMED')
  returning id, host_id, version, sequence
), gone as (
  update attendees a set status = 'CANCELLED' from booking where a.booking_id = booking.id and a.id = any ($3)
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, actor_id, reason, created_at)
  select id, version, 'left', 'guest', $5, $4, $9 from booking
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
