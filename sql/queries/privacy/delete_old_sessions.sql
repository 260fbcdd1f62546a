-- Delete sessions that ended before a time.
-- $1 before timestamptz
-- $2 limit  int4
delete from sessions where id in (
  select id from sessions where expires_at < $1 or revoked_at < $1 limit $2::int4 for update skip locked)
returning 1 as one
