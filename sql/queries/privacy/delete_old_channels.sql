-- Delete pushes that ended before a time.
-- $1 before timestamptz
-- $2 limit  int4
delete from calendar_channels where id in (
  select id from calendar_channels where expires_at < $1 limit $2::int4 for update skip locked)
returning 1 as one
