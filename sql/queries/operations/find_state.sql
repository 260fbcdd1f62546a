-- The state of the database and of what is promised.
-- $1 now timestamptz
select current_setting('server_version') as server_version,
  (select count(*)::int from outbox where done_at is null and due_at <= $1) as due_promises,
  (select min(due_at) from outbox where done_at is null and due_at <= $1) as oldest_due_at
