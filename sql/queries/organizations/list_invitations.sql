-- One page of the addresses that an organization has asked to join and that have not answered, the newest first.
-- $1 organizationId uuid
-- $2 at             timestamptz
-- $3 id             uuid
-- $4 limit          int4
select id, email, role, expires_at, created_at, updated_at from organization_invitations
where organization_id = $1 and accepted_at is null and ($2::timestamptz is null or (created_at, id) < ($2, $3))
order by created_at desc, id desc
limit $4::int4
