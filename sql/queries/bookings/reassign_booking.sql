-- Hand a booking over from one host to the first of others who is free, with the time as it was reserved.
-- $1  bookingId     uuid
-- $2  version       int4
-- $3  meetingTypeId uuid
-- $4  typeVersion   int4
-- $5  from          uuid
-- $6  groups        jsonb
-- $7  reason        text
-- $8  promises      jsonb
-- $9  notices       jsonb
-- $10 actorId       uuid
-- $11 now           timestamptz
with before as (
  select b.id, b.during, r.reserved, r.expires_at
  from bookings b join reservations r on r.booking_id = b.id and r.host_id = $5
  where b.id = $1 and b.version = $2 and b.status in ('PENDING', 'CONFIRMED')
), admitted as materialized (
  select (admit($3, $4, before.during, before.reserved, $6, '[]', $1, false, $11))[1] as host_id from before
), booking as (
  update bookings b set host_id = case when b.host_id = $5 then admitted.host_id else b.host_id end,
    version = version + 1, sequence = sequence + 1
  from admitted where b.id = $1 and b.version = $2 and b.status in ('PENDING', 'CONFIRMED')
  returning b.id, b.version, b.sequence
), relieved as (
  delete from booking_hosts h using booking where h.booking_id = booking.id and h.host_id = $5
), hosts as (
  insert into booking_hosts (booking_id, host_id) select booking.id, admitted.host_id from booking, admitted
), freed as (
  delete from reservations r using booking where r.booking_id = booking.id and r.host_id = $5
), reserved as (
  insert into reservations (host_id, reserved, booking_id, expires_at)
  select admitted.host_id, before.reserved, booking.id, before.expires_at from booking, admitted, before
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, actor_id, reason, was, created_at)
  select id, version, 'reassigned', case when $10::uuid is null then 'system' else 'host' end, $10, $7,
    jsonb_build_object('hosts', jsonb_build_array($5::uuid)), $11
  from booking
), promised as (
  insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at)
  select p.id, p.queue, p.kind, booking.id, booking.sequence, p."attendeeId", p."userId", p."dueAt"
  from booking, admitted, jsonb_to_recordset($8)
    as p(id uuid, queue text, kind text, "attendeeId" uuid, "userId" uuid, "dueAt" timestamptz)
  where p."userId" is null or p."userId" = admitted.host_id or not ($6::jsonb -> 0 -> 'hosts') ? p."userId"::text
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select n.id, n."userId", n.type, n.metadata, $11
  from booking, admitted, jsonb_to_recordset($9)
    as n(id uuid, "userId" uuid, type text, metadata jsonb)
  where n."userId" = admitted.host_id or not ($6::jsonb -> 0 -> 'hosts') ? n."userId"::text
)
select id from booking
