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
-- $12 caps          jsonb
-- $13 organizerId   uuid
-- $14 title         text
-- $15 hostZone      text
-- $16 location      jsonb
-- $17 notes         text
-- $18 status        text
-- $19 expiresAt     timestamptz
-- $20 capacity      int4
-- $21 holdId        uuid
-- $22 linkId        uuid
-- $23 tracking      jsonb
-- $24 attendees     jsonb
-- $25 promises      jsonb
-- $26 notices       jsonb
-- $27 eventId       uuid
-- $28 eventMetadata jsonb
-- $29 actorKind     text
-- $30 actorId       uuid
-- $31 now           timestamptz
-- $32 mostOpen      int4
-- $33 mostPerDay    int4
-- $34 awaitsGuest   bool
with claimed as (
  insert into idempotency_keys as k (scope, key, fingerprint, subject_id, created_at)
  -- by the guest where there is one: who joins a meeting does not make it
  select $2, $3, $4, coalesce(($24::jsonb -> 0 ->> 'id')::uuid, $1), $31 where $3::text is not null
  on conflict (scope, key) do update
    set fingerprint = excluded.fingerprint, subject_id = excluded.subject_id, created_at = excluded.created_at
    where k.created_at < $31::timestamptz - interval '24 hours'
  returning subject_id
), welcome as materialized (
  select $5::uuid is null or admit_guests($5, $24, $32, $33, $31) as yes
  where $3::text is null or exists (select from claimed)
), admitted as materialized (
  -- a hold and nothing else: the id of a booking would be taken for one that moves
  select admit($5, $6, tstzrange($7, $8), tstzrange($9, $10), $11, $12,
    (select hold_id from reservations where hold_id = $21 limit 1), $20 > 1, $31) as hosts
  from welcome where yes
), link as (
  update booking_links set used = used + 1 from admitted
  where id = $22 and meeting_type_id = $5 and used < max_bookings and (expires_at is null or expires_at > $31)
  returning id
), redeemed as (
  delete from reservations using admitted where hold_id = $21 returning hold_id
), booking as (
  -- a seat in a meeting that is open already joins it; the row says so by its other id
  insert into bookings as b (id, meeting_type_id, host_id, title, during, status, expires_at, host_zone, location, notes,
    capacity, seats_taken, link_id, tracking, awaits_guest, created_at)
  select $1, $5, case when $13 = any (admitted.hosts) then $13 else admitted.hosts[1] end, $14, tstzrange($7, $8),
    $18, $19, $15, $16, $17, $20, case when $20 = 1 then 1 else jsonb_array_length($24::jsonb) end, (select id from link), $23, $34, $31
  from admitted where $20 = 1 or jsonb_array_length($24::jsonb) <= $20
  on conflict (meeting_type_id, lower(during)) where capacity > 1 and status in ('PENDING', 'CONFIRMED') do update
    -- as many seats as the type has today, and not for who wants another duration
    set seats_taken = b.seats_taken + excluded.seats_taken, capacity = excluded.capacity, version = b.version + 1
    where b.seats_taken + excluded.seats_taken <= excluded.capacity and upper(b.during) = upper(excluded.during)
  returning b.*, b.id = $1 as opened
), hosts as (
  insert into booking_hosts (booking_id, host_id)
  select booking.id, unnest(admitted.hosts) from booking, admitted where booking.opened
), reserved as (
  -- counting what was redeemed makes sure that the hold is gone before its time is taken
  insert into reservations (host_id, reserved, booking_id, expires_at)
  select unnest(admitted.hosts), tstzrange($9, $10), booking.id, booking.expires_at
  from booking, admitted, (select count(*) from redeemed) as all_redeemed where booking.opened
), guests as (
  insert into attendees (id, booking_id, name, email, phone, sms_opt_in, time_zone, locale, answers, brought_by, created_at)
  select g.id, booking.id, g.name, g.email, g.phone, coalesce(g."smsOptIn", false), g."timeZone",
    coalesce(g.locale, (select u.locale from users u where u.id = booking.host_id)),
    coalesce(g.answers, '[]'), g."broughtBy", $31
  from booking, jsonb_to_recordset($24) as g(id uuid, name text, email text, phone text, "smsOptIn" boolean, "timeZone" text, locale text,
    answers jsonb, "broughtBy" uuid)
  returning *
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, actor_id, created_at)
  select id, version, case when opened then 'booked' else 'joined' end, $29, $30, $31 from booking
), promised as (
  insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at)
  select p.id, p.queue, p.kind, booking.id, booking.sequence, p."attendeeId", p."userId", p."dueAt"
  from booking, admitted, jsonb_to_recordset($25) as p(
    id uuid, queue text, kind text, "attendeeId" uuid, "userId" uuid, "dueAt" timestamptz, once boolean)
  where (p."userId" is null or p."userId" = any (admitted.hosts)) and (booking.opened or p.once is not true)
), flooded as materialized (
  select case when $5::uuid is null then '{}' else flooded_hosts(admitted.hosts, $24, $31) end as hosts from admitted
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select n.id, n."userId", n.type, n.metadata || jsonb_build_object('bookingId', booking.id), $31
  from booking, admitted, flooded, jsonb_to_recordset($26)
    as n(id uuid, "userId" uuid, type text, metadata jsonb)
  -- everybody's warning is handed in, and theirs told who are flooded
  where n."userId" = any (case when n.type = 'BOOKINGS_FLOOD' then flooded.hosts else admitted.hosts end)
), event as (
  insert into analytics_events (id, user_id, event_type, metadata, created_at)
  select $27, booking.host_id, 'BOOKING_CREATED', $28::jsonb || jsonb_build_object('bookingId', booking.id), $31 from booking
)
select b.id, b.meeting_type_id, b.host_id, b.title, lower(b.during) as start, upper(b.during) as "end", b.status,
  b.host_zone, b.location, b.notes, b.version, b.sequence, b.cancelled_at, b.cancel_reason, b.created_at, b.updated_at,
  b.capacity, b.seats_taken, b.expires_at, b.tracking, b.host_notes,
  b.awaits_guest,
  (select jsonb_agg(jsonb_build_object('id', u.id, 'firstName', u.first_name, 'lastName', u.last_name,
      'email', u.email, 'timeZone', u.time_zone, 'locale', u.locale, 'noShow', false) order by u.id <> b.host_id, u.id)
    from users u where u.id = any (admitted.hosts)) as hosts,
  coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'email', a.email, 'phone', a.phone,
      'timeZone', a.time_zone, 'locale', a.locale, 'status', a.status, 'tokenVersion', a.token_version,
      'answers', a.answers, 'noShow', a.no_show, 'broughtBy', a.brought_by, 'sequenceAhead', a.sequence_ahead)
      order by a.created_at, a.id)
    from guests a), '[]') as attendees,
  case when b.id is null then refuse('seats_full')
    when $22::uuid is not null and not exists (select from link) then refuse('link_used_up') end as refused
from admitted left join booking b on true
