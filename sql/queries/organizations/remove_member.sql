-- A member leaves, or an admin removes him; the owner stays. No row: the actor does not belong to the organization.
-- $1 organizationId uuid
-- $2 actorId        uuid
-- $3 userId         uuid
-- $4 now            timestamptz
with place as materialized (
  select o.id, o.owner_id, m.role from organizations o join organization_members m on m.organization_id = o.id
  where o.id = $1 and m.user_id = $2 and o.deleted_at is null
  for no key update of o, m
), removed as (
  delete from organization_members m using place
  where m.organization_id = place.id and m.user_id = $3 and place.owner_id <> $3 and (place.role = 'admin' or $3 = $2)
  returning m.organization_id, m.user_id
), audited as (
  insert into audit_log (action, actor_id, subject_id, metadata, created_at)
  select case when user_id = $2 then 'ORG_MEMBER_LEFT' else 'ORG_MEMBER_REMOVED' end, $2, organization_id,
    jsonb_build_object('userId', user_id), $4
  from removed
)
select place.role, place.owner_id, exists (select from removed) as is_done from place
