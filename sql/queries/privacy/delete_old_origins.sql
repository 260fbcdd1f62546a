-- Delete from where nobody signed in since a time.
-- $1 before timestamptz
-- $2 limit  int4
delete from sign_in_origins where (user_id, origin) in (
  select user_id, origin from sign_in_origins where seen_at < $1 limit $2::int4 for update skip locked)
returning 1 as one
