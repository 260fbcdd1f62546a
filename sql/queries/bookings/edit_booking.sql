-- Change a booking's title, place and notes if nobody changed it meanwhile; with another place the invitation changes.
-- $1  bookingId  uuid
-- $2  version    int4
-- $3  title      text
-- $4  location   jsonb
-- $5  notes      text
-- $6  actorId    uuid
-- $7  now        timestamptz
-- $8  isNewPlace bool
-- $9  promises   jsonb
-- $10 notices    jsonb
with before as (
  select id, title, location, notes from bookings where id = $1
), booking as (
  update bookings set title = $3, location = $4, notes = $5, version = version + 1,
    sequence = case when $8 then sequence + 1 else sequence end
  where id = $1 and version = $2 and status in ('PENDING', 'CONFIRMED')
  returning id, version, sequence
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, actor_id, was, created_at)
  select booking.id, booking.version, 'edited', 'host', $6,
    jsonb_build_object('title', before.title, 'location', before.location, 'notes', before.notes), $7
  from booking join before using (id)
), promised as (
  insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at)
  select p.id, p.queue, p.kind, booking.id, booking.sequence, p."attendeeId", p."userId", p."dueAt"
  from booking, jsonb_to_recordset($9)
    as p(id uuid, queue text, kind text, "attendeeId" uuid, "userId" uuid, "dueAt" timestamptz)
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select n.id, n."userId", n.type, n.metadata, $7
  from booking, jsonb_to_recordset($10)
    as n(id uuid, "userId" uuid, type text, metadata jsonb)
)
select id from booking
