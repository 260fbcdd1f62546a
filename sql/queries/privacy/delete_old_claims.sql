-- Delete keys that were claimed before a time.
-- $1 before timestamptz
-- $2 limit  int4
delete from idempotency_keys where (scope, key) in (
  select scope, key from idempotency_keys where created_at < $1 limit $2::int4 for update skip locked)
returning 1 as one
