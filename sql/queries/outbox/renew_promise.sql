-- Begin to keep promises: hold each for another lease, if this dispatch is still the one that counts.
-- $1 items jsonb
with asked as (
  select * from jsonb_to_recordset($1) as a(item int, "outboxId" uuid, attempt int, "leaseUntil" timestamptz)
), wanted as (
  select o.*, a.item, a."leaseUntil" as lease_until, o.due_at < a."leaseUntil" - interval '30 seconds' as is_stale
  from asked a join outbox o on o.id = a."outboxId" and o.attempts = a.attempt and o.done_at is null
  -- of an array the planner knows that it is short, and looks them up by their keys
  where o.id = any(array(select "outboxId" from asked))
), held as (
  select o.id, w.lease_until
  from wanted w join outbox o on o.id = w.id and o.attempts = w.attempts and o.done_at is null
  -- a lease that was just taken is as good as a new one
  where w.is_stale
  -- in one order for everybody: whoever holds some of them is waited for
  order by o.id for update of o
), renewed as (
  update outbox o set due_at = held.lease_until from held where o.id = held.id
  returning o.id
)
select o.item, o.id, queue, kind, booking_id, sequence, attendee_id, user_id, member_id, invitation_id, endpoint_id, o.created_at,
  in_doubt, in_doubt_with, u.notification_preferences as wishes,
  case when u.id is not null then jsonb_build_object('id', u.id, 'email', u.email, 'isVerified', u.email_verified_at is not null,
    'username', u.username, 'firstName', u.first_name, 'lastName', u.last_name, 'timeZone', u.time_zone, 'locale', u.locale)
  end as recipient,
  exists (select from attendees a join bookings b on b.id = a.booking_id
    join opt_outs x on x.host_id = b.host_id and x.email = a.email
    where a.id = o.attendee_id and o.user_id is null) as is_opted_out,
  exists (select from suppressed_addresses where email = case when o.user_id is null
    then (select a.email from attendees a where a.id = o.attendee_id) else u.email end) as is_suppressed
from wanted o left join users u on u.id = o.user_id
where not is_stale or exists (select from renewed r where r.id = o.id)
