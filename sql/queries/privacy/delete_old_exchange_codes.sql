-- Delete codes of sign-ins that expired before a time.
-- $1 before timestamptz
-- $2 limit  int4
delete from exchange_codes where code_hash in (
  select code_hash from exchange_codes where expires_at < $1 limit $2::int4 for update skip locked)
returning 1 as one
