-- Take the time and promise what follows from it, all or nothing. No row: the key was used before.
-- $1  bookingId     uuid
-- $2  scope         text
-- $3  key           text
-- $4  fingerprint   text
-- $5  meetingTypeId uuid
-- $6  typeVersion   int4
-- $7  start         timestamptz
-- $8  end           timestamptz
-- $9  reservedFrom  timestamptz
-- $10 reservedUntil timestamptz
-- $11 groups        jsonb
-- $12 organizerId   uuid
-- $13 title         text
-- $14 hostZone      text
-- $15 location      jsonb
-- $16 notes         text
-- $17 attendees     jsonb
-- $18 promises      jsonb
-- $19 notices       jsonb
-- $20 eventId       uuid
-- $21 eventMetadata jsonb
-- $22 actorKind     text
-- $23 actorId       uuid
-- $24 now           timestamptz
-- $25 caps          jsonb
with claimed as (
  insert into idempotency_keys as k (scope, key, fingerprint, subject_id, created_at)
  select $2, $3, $4, $1, $24 where $3::text is not null
  on conflict (scope, key) do update
    set fingerprint = excluded.fingerprint, subject_id = excluded.subject_id, created_at = excluded.created_at
    where k.created_at < $24::timestamptz - interval '24 hours'
  returning subject_id
), admitted as materialized (
  select admit($5, $6, tstzrange($7, $8), tstzrange($9, $10), $11, $25, null) as hosts
  where $3::text is null or exists (select from claimed)
), booking as (
  insert into bookings (id, meeting_type_id, host_id, title, during, status, host_zone, location, notes, created_at)
  select $1, $5, case when $12 = any (admitted.hosts) then $12 else admitted.hosts[1] end, $13,
    tstzrange($7, $8), 'CONFIRMED', $14, $15, $16, $24
  from admitted
  returning *
), hosts as (
  insert into booking_hosts (booking_id, host_id)
  select booking.id, unnest(admitted.hosts) from booking, admitted
), reserved as (
  insert into reservations (host_id, reserved, booking_id)
  select unnest(admitted.hosts), tstzrange($9, $10), booking.id from booking, admitted
), guests as (
  insert into attendees (id, booking_id, name, email, phone, time_zone, created_at)
  select g.id, booking.id, g.name, g.email, g.phone, g."timeZone", $24
  from booking, jsonb_to_recordset($17) as g(id uuid, name text, email text, phone text, "timeZone" text)
  returning *
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, actor_id, created_at)
  select id, version, 'booked', $22, $23, $24 from booking
), promised as (
  insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at)
  select p.id, p.queue, p.kind, booking.id, booking.sequence, p."attendeeId", p."userId", p."dueAt"
  from booking, admitted, jsonb_to_recordset($18)
    as p(id uuid, queue text, kind text, "attendeeId" uuid, "userId" uuid, "dueAt" timestamptz)
  where p."userId" is null or p."userId" = any (admitted.hosts)
), noticed as (
  insert into notifications (id, user_id, type, title, message, metadata, created_at)
  select n.id, n."userId", n.type, n.title, n.message, n.metadata, $24
  from booking, admitted, jsonb_to_recordset($19)
    as n(id uuid, "userId" uuid, type text, title text, message text, metadata jsonb)
  where n."userId" = any (admitted.hosts)
), event as (
  insert into analytics_events (id, user_id, event_type, metadata, created_at)
  select $20, booking.host_id, 'BOOKING_CREATED', $21, $24 from booking
)
select b.id, b.meeting_type_id, b.host_id, b.title, lower(b.during) as start, upper(b.during) as "end", b.status,
  b.host_zone, b.location, b.notes, b.version, b.sequence, b.cancelled_at, b.cancel_reason, b.created_at, b.updated_at,
  (select jsonb_agg(jsonb_build_object('id', u.id, 'firstName', u.first_name, 'lastName', u.last_name,
      'email', u.email, 'timeZone', u.time_zone, 'locale', u.locale) order by u.id <> b.host_id, u.id)
    from users u where u.id = any (admitted.hosts)) as hosts,
  coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'email', a.email, 'phone', a.phone,
      'timeZone', a.time_zone, 'status', a.status, 'tokenVersion', a.token_version) order by a.created_at, a.id)
    from guests a), '[]') as attendees
from booking b, admitted
