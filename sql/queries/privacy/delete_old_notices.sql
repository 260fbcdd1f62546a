-- Delete notifications from before a time that nobody read; those that were read are not kept so long.
-- $1 before timestamptz
-- $2 limit  int4
delete from notifications where id in (
  select id from notifications where created_at < $1 and not is_read limit $2::int4 for update skip locked)
returning 1 as one
