-- An SMS has failed for good: the hosts of its meeting are warned, once per number.
-- $1 outboxId uuid
-- $2 error    text
-- $3 now      timestamptz
with closed as (
  update outbox set done_at = $3, outcome = 'failed', last_error = $2
  where id = $1 and done_at is null
  returning booking_id, attendee_id, user_id
)
insert into notifications (id, user_id, type, metadata, created_at)
select gen_random_uuid(), h.host_id, 'DELIVERY_FAILED', jsonb_build_object('bookingId', b.id, 'title', b.title,
  'start', lower(b.during), 'guest', a.name, 'phone', coalesce(u.phone, a.phone), 'reason', 'failed'), $3
from closed join bookings b on b.id = closed.booking_id join booking_hosts h on h.booking_id = b.id
  left join attendees a on a.id = closed.attendee_id left join users u on u.id = closed.user_id
where coalesce(u.phone, a.phone) is not null and coalesce(closed.user_id, h.host_id) = h.host_id
on conflict do nothing
