-- Whoever has proven that the invited address is his joins the organization, as a host if he is wanted as one, where the
-- plan of its owner has room. No row: the
-- invitation is not what it was, or not his.
-- $1 id       uuid
-- $2 version  int4
-- $3 userId   uuid
-- $4 memberId uuid
-- $5 eventId  uuid
-- $6 now      timestamptz
-- $7 limits   jsonb
with invitation as materialized (
  select i.id, i.organization_id, i.email, i.role, o.owner_id
  from organization_invitations i join organizations o on o.id = i.organization_id
  where i.id = $1 and i.version = $2 and i.accepted_at is null and i.expires_at > $6 and o.deleted_at is null
  for no key update of o, i
), invited as materialized (
  select invitation.organization_id, invitation.owner_id, invitation.role, u.id as user_id
  from invitation join users u on u.email = invitation.email
  where u.id = $3 and u.email_verified_at is not null and u.status = 'ACTIVE'
), roomy as materialized (
  -- who is a member already takes no more
  select invited.*, case when exists (
      select from organization_members m where m.organization_id = invited.organization_id and m.user_id = invited.user_id)
    then true else within_plan('organizationMembers', owner_id, organization_id, $7) end as yes
  from invited
), joined as (
  insert into organization_members as m (id, organization_id, user_id, role, can_host, created_at, updated_at)
  select $4, organization_id, user_id, role, true, $6, $6 from roomy where yes
  on conflict (organization_id, user_id) do update set can_host = true, version = m.version + 1
  returning m.id, m.organization_id, m.user_id, m.role
), accepted as (
  update organization_invitations i set accepted_at = $6, accepted_by = joined.user_id from joined where i.id = $1
), event as (
  insert into analytics_events (id, user_id, event_type, metadata, created_at)
  select $5, user_id, 'ORG_MEMBER_ADDED', jsonb_build_object('organizationId', organization_id, 'userId', user_id, 'role', role), $6
  from joined
), audited as (
  insert into audit_log (action, actor_id, subject_id, metadata, created_at)
  select 'ORG_INVITATION_ACCEPTED', user_id, organization_id, jsonb_build_object('invitationId', $1::uuid, 'role', role), $6
  from joined
)
select id as member_id, organization_id from joined
