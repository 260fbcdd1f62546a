-- Delete promises that were kept or given up before a time, with what the providers said.
-- $1 before timestamptz
-- $2 limit  int4
delete from outbox where id in (
  select id from outbox where created_at < $1 and done_at < $1 limit $2::int4 for update skip locked)
returning 1 as one
