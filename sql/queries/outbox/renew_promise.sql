-- Begin to keep a promise: hold it for another lease, if this dispatch is still the one that counts.
-- $1 outboxId   uuid
-- $2 attempt    int4
-- $3 leaseUntil timestamptz
update outbox o set due_at = $3
where id = $1 and attempts = $2 and done_at is null
returning queue, kind, booking_id, sequence, attendee_id, user_id, created_at,
  (select u.notification_preferences from users u where u.id = o.user_id) as wishes
