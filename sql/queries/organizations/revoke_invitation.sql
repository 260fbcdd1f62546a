-- An admin takes an invitation back. No row: he does not belong to the organization.
-- $1 organizationId uuid
-- $2 actorId        uuid
-- $3 id             uuid
-- $4 now            timestamptz
with place as materialized (
  select o.id, m.role from organizations o join organization_members m on m.organization_id = o.id
  where o.id = $1 and m.user_id = $2 and o.deleted_at is null
  for no key update of o, m
), revoked as (
  delete from organization_invitations i using place
  where i.organization_id = place.id and i.id = $3 and i.accepted_at is null and place.role = 'admin'
  returning i.id, i.organization_id
), audited as (
  insert into audit_log (action, actor_id, subject_id, metadata, created_at)
  select 'ORG_INVITATION_REVOKED', $2, organization_id, jsonb_build_object('invitationId', id), $4 from revoked
)
select place.role, revoked.id is not null as is_done from place left join revoked on true
