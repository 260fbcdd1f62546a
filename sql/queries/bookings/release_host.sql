-- Take a host who is gone off a booking with which its other hosts go on.
-- $1 bookingId uuid
-- $2 version   int4
-- $3 hostId    uuid
-- $4 reason    text
-- $5 promises  jsonb
-- $6 notices   jsonb
-- $7 now       timestamptz
with locked as materialized (
  select lock_hosts(array(select host_id from reservations where booking_id = $1))
), staying as (
  select host_id from booking_hosts where booking_id = $1 and host_id <> $3 order by host_id limit 1
), booking as (
  update bookings b set host_id = case when b.host_id = $3 then staying.host_id else b.host_id end,
    version = version + 1, sequence = sequence + 1
  from locked, staying
  where b.id = $1 and b.version = $2 and b.status in ('PENDING', 'CONFIRMED')
  returning b.id, b.version, b.sequence
), relieved as (
  delete from booking_hosts h using booking where h.booking_id = booking.id and h.host_id = $3
), freed as (
  delete from reservations r using booking where r.booking_id = booking.id and r.host_id = $3
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, reason, was, created_at)
  select id, version, 'reassigned', 'system', $4, jsonb_build_object('hosts', jsonb_build_array($3::uuid)), $7 from booking
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
