-- A user's account as its export tells it, with what there is little of.
-- $1 userId uuid
select to_jsonb(u) - 'password_hash' - 'password_version' - 'erased_at' - 'erase_requested_at' as profile,
  u.email_verified_at is not null as is_verified, u.email,
  coalesce((select jsonb_agg(to_jsonb(i) - 'user_id' order by i.id) from identities i where i.user_id = u.id), '[]') as identities,
  coalesce((select jsonb_agg(to_jsonb(c) - 'user_id' order by c.id) from email_changes c where c.user_id = u.id), '[]') as email_changes,
  coalesce((select jsonb_agg(to_jsonb(f) - 'user_id' order by f.username) from former_usernames f where f.user_id = u.id), '[]') as former_usernames,
  coalesce((select jsonb_agg(to_jsonb(f) - 'owner_id' order by f.slug) from former_slugs f where f.owner_id = u.id), '[]') as former_slugs,
  coalesce((select jsonb_agg(jsonb_build_object('seen_at', o.seen_at) order by o.seen_at) from sign_in_origins o where o.user_id = u.id), '[]') as sign_in_origins,
  coalesce((select jsonb_agg(to_jsonb(m) - 'user_id' - 'consent_version' || jsonb_build_object('organization', o.name, 'is_owner', o.owner_id = u.id) order by m.id)
    from organization_members m join organizations o on o.id = m.organization_id where m.user_id = u.id), '[]') as organizations,
  coalesce((select jsonb_agg(to_jsonb(i) - 'version' order by i.id) from organization_invitations i
    where i.invited_by = u.id or i.accepted_by = u.id or (i.email = u.email and u.email_verified_at is not null)), '[]') as invitations
from users u where u.id = $1
