-- Let go of what the log holds of old attempts; at most so many at once.
-- $1 before timestamptz
-- $2 limit  int4
delete from webhook_attempts where (outbox_id, attempt) in (
  select outbox_id, attempt from webhook_attempts where started_at < $1 order by started_at limit $2::int4)
returning outbox_id
