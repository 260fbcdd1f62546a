-- One page of an organization's members, the newest first.
-- $1 organizationId uuid
-- $2 at             timestamptz
-- $3 id             uuid
-- $4 limit          int4
select m.id, m.user_id, u.first_name, u.last_name, u.email, u.email_verified_at is not null as email_verified, m.role,
  m.can_host, m.version, m.created_at
from organization_members m join users u on u.id = m.user_id
where m.organization_id = $1 and ($2::timestamptz is null or (m.created_at, m.id) < ($2, $3))
order by m.created_at desc, m.id desc
limit $4::int4
