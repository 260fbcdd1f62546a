-- Begin to keep a promise: hold it for another lease, if this dispatch is still the one that counts.
-- $1 outboxId   uuid
-- $2 attempt    int4
-- $3 leaseUntil timestamptz
update outbox o set due_at = $3
where id = $1 and attempts = $2 and done_at is null
returning id, queue, kind, booking_id, sequence, attendee_id, user_id, member_id, invitation_id, endpoint_id, created_at,
  in_doubt, in_doubt_with,
  (select u.notification_preferences from users u where u.id = o.user_id) as wishes,
  exists (select from attendees a join bookings b on b.id = a.booking_id
    join opt_outs x on x.host_id = b.host_id and x.email = a.email
    where a.id = o.attendee_id and o.user_id is null) as is_opted_out,
  exists (select from suppressed_addresses where email = case when o.user_id is null
    then (select a.email from attendees a where a.id = o.attendee_id)
    else (select u.email from users u where u.id = o.user_id) end) as is_suppressed
