-- Delete what was begun to connect a calendar and not finished before a time.
-- $1 before timestamptz
-- $2 limit  int4
delete from calendar_attempts where id in (
  select id from calendar_attempts where expires_at < $1 limit $2::int4 for update skip locked)
returning 1 as one
