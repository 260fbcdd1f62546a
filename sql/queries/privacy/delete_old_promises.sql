-- Delete promises that were kept or given up before a time, with what the providers said; not before those that are made
-- again in their place, which would go with them.
-- $1 before timestamptz
-- $2 limit  int4
delete from outbox where id in (
  select id from outbox o where created_at < $1 and done_at < $1
    and not exists (select from outbox again where again.replay_of = o.id)
  limit $2::int4 for update skip locked)
returning 1 as one
