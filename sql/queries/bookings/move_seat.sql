-- A guest moves, with whom he brought along, from one shared meeting to another, if nobody changed the first meanwhile.
-- He joins the meeting at the new start or opens it; the last one out cancels the one he leaves.
-- $1  bookingId     uuid
-- $2  version       int4
-- $3  attendeeIds   uuid[]
-- $4  stays         bool
-- $5  meetingTypeId uuid
-- $6  typeVersion   int4
-- $7  start         timestamptz
-- $8  end           timestamptz
-- $9  reservedFrom  timestamptz
-- $10 reservedUntil timestamptz
-- $11 groups        jsonb
-- $12 caps          jsonb
-- $13 newBookingId  uuid
-- $14 organizerId   uuid
-- $15 title         text
-- $16 hostZone      text
-- $17 location      jsonb
-- $18 capacity      int4
-- $19 status        text
-- $20 expiresAt     timestamptz
-- $21 reason        text
-- $22 actorId       uuid
-- $23 farewells     jsonb
-- $24 promises      jsonb
-- $25 farewellNotes jsonb
-- $26 notices       jsonb
-- $27 eventId       uuid
-- $28 now           timestamptz
with before as (
  select id, during, status, sequence from bookings where id = $1
), admitted as materialized (
  select admit($5, $6, tstzrange($7, $8), tstzrange($9, $10), $11, $12, $1, $18 > 1, $28, $4) as hosts
), meeting as (
  -- the meeting that he leaves; where it is off, its seats stay counted as in any that was cancelled
  update bookings b set version = b.version + 1,
    seats_taken = case when $4 then b.seats_taken - cardinality($3::uuid[]) else b.seats_taken end,
    status = case when $4 then b.status else 'CANCELLED' end,
    sequence = case when $4 then b.sequence else b.sequence + 1 end,
    cancelled_at = case when $4 then null else $28::timestamptz end,
    cancel_reason = case when $4 then null else $21 end
  from admitted
  where b.id = $1 and b.version = $2 and b.status in ('PENDING', 'CONFIRMED')
  returning b.id, b.version, b.sequence
), freed as (
  delete from reservations using meeting where booking_id = meeting.id and not $4 returning booking_id
), booking as (
  -- its version exceeds that of the meeting he leaves, so that for him versions rise
  insert into bookings as b (id, meeting_type_id, host_id, title, during, status, expires_at, host_zone, location,
    capacity, seats_taken, version, created_at)
  select $13, $5, case when $14 = any (admitted.hosts) then $14 else admitted.hosts[1] end, $15, tstzrange($7, $8),
    $19, $20, $16, $17, $18, case when $18 = 1 then 1 else cardinality($3::uuid[]) end, meeting.version, $28
  from admitted, meeting where $18 = 1 or cardinality($3::uuid[]) <= $18
  on conflict (meeting_type_id, lower(during)) where capacity > 1 and status in ('PENDING', 'CONFIRMED') do update
    set seats_taken = b.seats_taken + excluded.seats_taken, capacity = excluded.capacity,
      version = greatest(b.version, excluded.version) + 1
    where b.seats_taken + excluded.seats_taken <= excluded.capacity and upper(b.during) = upper(excluded.during)
  returning b.id, b.host_id, b.version, b.sequence, b.expires_at, b.id = $13 as opened
), hosts as (
  insert into booking_hosts (booking_id, host_id)
  select booking.id, unnest(admitted.hosts) from booking, admitted where booking.opened
), reserved as (
  -- counting what was freed makes sure that it is gone before the new time is taken
  insert into reservations (host_id, reserved, booking_id, expires_at)
  select unnest(admitted.hosts), tstzrange($9, $10), booking.id, booking.expires_at
  from booking, admitted, (select count(*) from freed) as all_freed where booking.opened
), guests as (
  update attendees a set booking_id = booking.id,
    sequence_ahead = greatest(before.sequence + a.sequence_ahead - booking.sequence + 1, 0)
  from booking, before where a.booking_id = before.id and a.id = any ($3)
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, actor_id, reason, was, created_at)
  select meeting.id, meeting.version, 'moved_away', 'guest', $22::uuid, $21, jsonb_build_object(
    'attendeeIds', $3::uuid[], 'to', $7::timestamptz, 'toBookingId', booking.id)
      || case when $4 then '{}' else jsonb_build_object('status', before.status) end, $28::timestamptz
  from meeting, booking, before
  union all
  select booking.id, booking.version, 'moved_in', 'guest', $22, $21, jsonb_build_object(
    'attendeeIds', $3::uuid[], 'bookingId', before.id, 'start', lower(before.during), 'end', upper(before.during)), $28
  from booking, before
), promised as (
  insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at)
  select p.id, p.queue, p.kind, meeting.id, meeting.sequence, p."attendeeId", p."userId", p."dueAt"
  from meeting, jsonb_to_recordset($23)
    as p(id uuid, queue text, kind text, "attendeeId" uuid, "userId" uuid, "dueAt" timestamptz)
  union all
  select p.id, p.queue, p.kind, booking.id, booking.sequence, p."attendeeId", p."userId", p."dueAt"
  from booking, admitted, jsonb_to_recordset($24) as p(
    id uuid, queue text, kind text, "attendeeId" uuid, "userId" uuid, "dueAt" timestamptz, once boolean)
  where (p."userId" is null or p."userId" = any (admitted.hosts)) and (booking.opened or p.once is not true)
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select n.id, n."userId", n.type, n.metadata || jsonb_build_object('bookingId', meeting.id), $28::timestamptz
  from meeting, jsonb_to_recordset($25)
    as n(id uuid, "userId" uuid, type text, metadata jsonb)
  union all
  select n.id, n."userId", n.type, n.metadata || jsonb_build_object('bookingId', booking.id), $28
  from booking, admitted, jsonb_to_recordset($26)
    as n(id uuid, "userId" uuid, type text, metadata jsonb)
  where n."userId" = any (admitted.hosts)
), event as (
  insert into analytics_events (id, user_id, event_type, metadata, created_at)
  select $27, booking.host_id, 'BOOKING_RESCHEDULED', jsonb_build_object('bookingId', booking.id), $28 from booking
)
select meeting.id, case when booking.id is null then refuse('seats_full') end as refused
from meeting left join booking on true
