-- Delete former usernames that were held until before a time.
-- $1 before timestamptz
-- $2 limit  int4
delete from former_usernames where username in (
  select username from former_usernames where held_until < $1 limit $2::int4 for update skip locked)
returning 1 as one
