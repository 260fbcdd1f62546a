-- Delete what was set aside to be withdrawn at a provider before a time, which it did not let us.
-- $1 before timestamptz
-- $2 limit  int4
delete from calendar_revocations where id in (
  select id from calendar_revocations where created_at < $1 limit $2::int4 for update skip locked)
returning 1 as one
