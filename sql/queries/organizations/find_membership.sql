-- A membership as a mail or a page speaks of it to its member.
-- $1 memberId uuid
select m.id, m.role, m.can_host, m.consent_version, o.id as organization_id, o.name as organization_name,
  u.id as user_id, u.email, u.first_name, u.last_name, u.time_zone, u.locale,
  by.first_name as inviter_first_name, by.last_name as inviter_last_name
from organization_members m join organizations o on o.id = m.organization_id
join users u on u.id = m.user_id and u.status = 'ACTIVE'
left join users by on by.id = m.added_by
where m.id = $1 and o.deleted_at is null
