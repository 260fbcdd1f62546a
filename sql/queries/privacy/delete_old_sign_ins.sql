-- Delete sign-ins by a provider that were not finished before a time.
-- $1 before timestamptz
-- $2 limit  int4
delete from sign_in_attempts where id in (
  select id from sign_in_attempts where expires_at < $1 limit $2::int4 for update skip locked)
returning 1 as one
