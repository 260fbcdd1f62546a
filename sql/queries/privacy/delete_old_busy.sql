-- Delete times that other calendars took before a time.
-- $1 before timestamptz
-- $2 limit  int4
delete from external_busy where ctid in (
  select ctid from external_busy where upper(during) < $1 limit $2::int4 for update skip locked)
returning 1 as one
