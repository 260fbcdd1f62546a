-- Who did not come, or came after all; the booking's status is what follows from it.
-- $1 bookingId   uuid
-- $2 version     int4
-- $3 status      text
-- $4 attendeeIds uuid[]
-- $5 hostIds     uuid[]
-- $6 noShow      bool
-- $7 actorId     uuid
-- $8 now         timestamptz
-- $9 promises    jsonb
with before as (
  select id, status from bookings where id = $1
), booking as (
  update bookings set status = $3, version = version + 1
  where id = $1 and version = $2 and status in ('CONFIRMED', 'COMPLETED', 'NO_SHOW')
  returning id, version, sequence
), guests as (
  update attendees a set no_show = $6 from booking where a.booking_id = booking.id and a.id = any ($4)
), hosts as (
  update booking_hosts h set no_show = $6 from booking where h.booking_id = booking.id and h.host_id = any ($5)
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, actor_id, was, created_at)
  select booking.id, booking.version, case when $6 then 'no_show' else 'no_show_undone' end, 'host', $7,
    jsonb_build_object('status', before.status, 'attendeeIds', $4::uuid[], 'hostIds', $5::uuid[]), $8
  from booking join before using (id)
), promised as (
  -- once: who is noted, taken back and noted again has been told
  insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at, created_at)
  select p.id, p.queue, p.kind, booking.id, booking.sequence, p."attendeeId", p."userId", p."dueAt", $8
  from booking, jsonb_to_recordset($9)
    as p(id uuid, queue text, kind text, "attendeeId" uuid, "userId" uuid, "dueAt" timestamptz)
  where not exists (select from outbox o where o.booking_id = booking.id and o.kind = p.kind
    and o.attendee_id is not distinct from p."attendeeId" and o.user_id is not distinct from p."userId")
)
select id from booking
