-- A reminder is due: promise its mail, tell a host in the app and the endpoints that want it, unless the meeting it
-- speaks of is no longer so.
-- $1 outboxId uuid
-- $2 mailId   uuid
-- $3 noticeId uuid
-- $4 now      timestamptz
with due as (
  update outbox o set done_at = $4,
    outcome = case when b.status = 'CONFIRMED' and b.sequence = o.sequence and lower(b.during) > $4
      and not exists (select from attendees a where a.id = o.attendee_id and (a.status = 'CANCELLED' or a.booking_id <> b.id))
      then 'done' else 'superseded' end
  from bookings b
  where o.id = $1 and o.done_at is null and b.id = o.booking_id
  returning o.kind, o.booking_id, o.sequence, o.attendee_id, o.user_id, o.outcome, o.reminds_at, b.version, b.title,
    lower(b.during) as start
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select $3, user_id, 'REMINDER', jsonb_build_object('bookingId', booking_id, 'title', title, 'start', start, 'guest',
    -- of several guests none
    (select case when count(*) = 1 then min(name) end from attendees a
      where a.booking_id = due.booking_id and a.status = 'ACTIVE' and a.brought_by is null)), $4
  from due where outcome = 'done' and user_id is not null
), hooked as (
  insert into outbox (id, queue, kind, booking_id, sequence, endpoint_id, version, reminds_at, due_at, created_at)
  select gen_random_uuid(), 'webhooks', 'booking.reminder', due.booking_id, due.sequence, e.id, due.version,
    due.reminds_at, $4::timestamptz, $4::timestamptz
  from due cross join lateral webhook_endpoints_of(due.booking_id, 'booking.reminder', null) as e(id)
  where due.outcome = 'done'
  -- the same reminder to another reader has told already
  on conflict do nothing
)
insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at, created_at)
-- due since the reminder was, so that what waits for its turn leaves in that order
select $2, 'emails', kind, booking_id, sequence, attendee_id, user_id, coalesce(reminds_at, $4::timestamptz), $4::timestamptz
from due where outcome = 'done'
returning id
