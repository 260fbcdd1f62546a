-- Delete the former addresses of accounts that were held until before a time.
-- $1 before timestamptz
-- $2 limit  int4
delete from email_changes where id in (
  select id from email_changes where held_until < $1 limit $2::int4 for update skip locked)
returning 1 as one
