-- Delete mails that came into the development mailbox before a time.
-- $1 before timestamptz
-- $2 limit  int4
delete from mailbox where id in (
  select id from mailbox where created_at < $1 limit $2::int4 for update skip locked)
returning 1 as one
