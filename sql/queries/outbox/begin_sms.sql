-- Begin to keep the promise of an SMS: hold it for another lease, if this dispatch is still the one that counts.
-- $1 outboxId   uuid
-- $2 attempt    int4
-- $3 leaseUntil timestamptz
update outbox o set due_at = $3
from outbox p
  left join attendees a on a.id = p.attendee_id and p.user_id is null
  left join users u on u.id = p.user_id
where o.id = $1 and o.attempts = $2 and o.done_at is null and p.id = o.id
returning o.kind, o.booking_id, o.sequence, o.attendee_id, o.user_id, o.created_at,
  o.in_flight_since, o.launched_at, coalesce(u.phone, a.phone) as phone,
  u.notification_preferences as wishes,
  coalesce(a.sms_opt_in, false) as is_opted_in,
  exists (select from sms_opt_outs x where x.phone = coalesce(u.phone, a.phone)) as is_stopped
