-- A member of an organization, by his user's id or by that of the membership.
-- $1 organizationId uuid
-- $2 userId         uuid
-- $3 memberId       uuid
select m.id, m.user_id, u.first_name, u.last_name, u.email, u.email_verified_at is not null as email_verified, m.role,
  m.can_host, m.version, m.created_at
from organization_members m join users u on u.id = m.user_id
where m.organization_id = $1 and (m.user_id = $2 or m.id = $3)
