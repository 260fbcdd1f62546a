-- Delete what was audited before a time; the table itself keeps the last 90 days.
-- $1 before timestamptz
-- $2 limit  int4
delete from audit_log where id in (
  select id from audit_log where created_at < least($1, now() - interval '90 days') limit $2::int4 for update skip locked)
returning 1 as one
