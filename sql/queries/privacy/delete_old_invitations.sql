-- Delete invitations to organizations that were answered or expired before a time.
-- $1 before timestamptz
-- $2 limit  int4
delete from organization_invitations where id in (
  select id from organization_invitations where accepted_at < $1 or expires_at < $1 limit $2::int4 for update skip locked)
returning 1 as one
