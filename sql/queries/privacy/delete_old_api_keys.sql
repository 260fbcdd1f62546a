-- Delete API keys that were revoked or expired before a time.
-- $1 before timestamptz
-- $2 limit  int4
delete from api_keys where id in (
  select id from api_keys where revoked_at < $1 or expires_at < $1 limit $2::int4 for update skip locked)
returning 1 as one
