-- An invitation, as its link and its mail speak of it, with the account that has its address if there is one.
-- $1 id uuid
select i.id, i.organization_id, i.email, i.role, i.version, i.expires_at, i.accepted_at, i.accepted_by, i.created_at,
  i.updated_at, o.name as organization_name, by.first_name as inviter_first_name, by.last_name as inviter_last_name,
  by.locale as inviter_locale,
  u.id as user_id, u.email_verified_at, u.status
from organization_invitations i join organizations o on o.id = i.organization_id
left join users by on by.id = i.invited_by
left join users u on u.email = i.email
where i.id = $1 and o.deleted_at is null
