-- Move a booking to another time if nobody changed it meanwhile, and tell everybody concerned.
-- $1  bookingId     uuid
-- $2  version       int4
-- $3  meetingTypeId uuid
-- $4  typeVersion   int4
-- $5  start         timestamptz
-- $6  end           timestamptz
-- $7  reservedFrom  timestamptz
-- $8  reservedUntil timestamptz
-- $9  groups        jsonb
-- $10 organizerId   uuid
-- $11 title         text
-- $12 location      jsonb
-- $13 notes         text
-- $14 reason        text
-- $15 promises      jsonb
-- $16 notices       jsonb
-- $17 eventId       uuid
-- $18 actorKind     text
-- $19 actorId       uuid
-- $20 now           timestamptz
-- $21 caps          jsonb
-- $22 status        text
-- $23 expiresAt     timestamptz
with before as (
  select id, during, title, location, notes, status,
    array(select host_id from booking_hosts where booking_id = $1 order by host_id) as hosts
  from bookings where id = $1
), admitted as materialized (
  select admit($3, $4, tstzrange($5, $6), tstzrange($7, $8), $9, $21, $1, false, $20) as hosts
), booking as (
  update bookings set during = tstzrange($5, $6), title = $11, location = $12, notes = $13,
    -- a host who moves it speaks for its guest, who may not
    status = $22, expires_at = $23, awaits_guest = false,
    host_id = case when $10 = any (admitted.hosts) then $10 else admitted.hosts[1] end,
    version = version + 1, sequence = sequence + 1
  from admitted
  where id = $1 and version = $2 and status in ('PENDING', 'CONFIRMED')
  returning id, host_id, status, expires_at, version, sequence
), freed as (
  delete from reservations using booking where booking_id = booking.id returning booking_id
), left_over as (
  delete from booking_hosts h using booking, admitted
  where h.booking_id = booking.id and h.host_id <> all (admitted.hosts)
), hosts as (
  insert into booking_hosts (booking_id, host_id) select booking.id, unnest(admitted.hosts) from booking, admitted
  on conflict do nothing
), reserved as (
  -- counting what was freed makes sure that it is gone before the new time is taken
  insert into reservations (host_id, reserved, booking_id, expires_at)
  select unnest(admitted.hosts), tstzrange($7, $8), booking.id, booking.expires_at
  from booking, admitted, (select count(*) from freed) as all_freed
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, actor_id, reason, was, created_at)
  select booking.id, booking.version, 'rescheduled', $18, $19, $14,
    jsonb_build_object('start', lower(before.during), 'end', upper(before.during))
      || case when before.title = $11 then '{}' else jsonb_build_object('title', before.title) end
      || case when before.location = $12 then '{}' else jsonb_build_object('location', before.location) end
      || case when before.notes is not distinct from $13 then '{}' else jsonb_build_object('notes', before.notes) end
      || case when before.status = booking.status then '{}' else jsonb_build_object('status', before.status) end
      || case when before.hosts <@ admitted.hosts then '{}' else jsonb_build_object('hosts', before.hosts) end, $20
  from admitted, booking join before using (id)
), promised as (
  insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at)
  select p.id, p.queue, p.kind, booking.id, booking.sequence, p."attendeeId", p."userId", p."dueAt"
  from booking, admitted, jsonb_to_recordset($15)
    as p(id uuid, queue text, kind text, "attendeeId" uuid, "userId" uuid, "dueAt" timestamptz)
  -- whom another host relieves is told that, and nothing else
  where p."userId" is null or (p."userId" = any (admitted.hosts)) = (p.kind <> 'BOOKING_REASSIGNED')
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select n.id, n."userId", n.type, n.metadata, $20
  from booking, admitted, jsonb_to_recordset($16)
    as n(id uuid, "userId" uuid, type text, metadata jsonb)
  where (n."userId" = any (admitted.hosts)) = (n.type <> 'BOOKING_REASSIGNED')
), event as (
  insert into analytics_events (id, user_id, event_type, metadata, created_at)
  select $17, host_id, 'BOOKING_RESCHEDULED', jsonb_build_object('bookingId', id), $20 from booking
)
select id from booking
