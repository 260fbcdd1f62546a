-- Delete counts of the rate limit that ended before a time.
-- $1 before timestamptz
-- $2 limit  int4
delete from rate_limits where key in (
  select key from rate_limits where expire < (extract(epoch from $1::timestamptz) * 1000)::bigint limit $2::int4 for update skip locked)
returning 1 as one
