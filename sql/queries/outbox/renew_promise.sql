-- Begin to keep promises: hold each for another lease, if this dispatch is still the one that counts.
-- $1 items jsonb
with wanted as (
  select o.id, w.item, w."leaseUntil" as lease_until
  from jsonb_to_recordset($1) as w(item int, "outboxId" uuid, attempt int, "leaseUntil" timestamptz)
  join outbox o on o.id = w."outboxId" and o.attempts = w.attempt and o.done_at is null
  -- in one order for everybody: whoever holds some of them is waited for
  order by o.id for update of o
)
update outbox o set due_at = w.lease_until
from wanted w where o.id = w.id
returning w.item, o.id, queue, kind, booking_id, sequence, attendee_id, user_id, member_id, invitation_id, endpoint_id, created_at,
  in_doubt, in_doubt_with,
  (select u.notification_preferences from users u where u.id = o.user_id) as wishes,
  exists (select from attendees a join bookings b on b.id = a.booking_id
    join opt_outs x on x.host_id = b.host_id and x.email = a.email
    where a.id = o.attendee_id and o.user_id is null) as is_opted_out,
  exists (select from suppressed_addresses where email = case when o.user_id is null
    then (select a.email from attendees a where a.id = o.attendee_id)
    else (select u.email from users u where u.id = o.user_id) end) as is_suppressed
