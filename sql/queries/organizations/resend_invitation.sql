-- An admin has an invitation mailed again, with a new link for another while; unless too many were asked to join today. No
-- row: he does not belong to the organization.
-- $1 organizationId uuid
-- $2 actorId        uuid
-- $3 id             uuid
-- $4 expiresAt      timestamptz
-- $5 dailyLimit     int4
-- $6 outboxId       uuid
-- $7 now            timestamptz
with place as materialized (
  select o.id, m.role from organizations o join organization_members m on m.organization_id = o.id
  where o.id = $1 and m.user_id = $2 and o.deleted_at is null
  for no key update of o, m
), counted as materialized (
  select count_invited(place.id, $2, $7) as today from place where place.role = 'admin'
), renewed as (
  update organization_invitations i set version = i.version + 1, expires_at = $4
  from place, counted
  where i.organization_id = place.id and i.id = $3 and i.accepted_at is null and counted.today < $5
  returning i.id, i.organization_id, i.role
), promised as (
  insert into outbox (id, queue, kind, invitation_id, due_at) select $6, 'emails', 'ORG_INVITE', id, $7 from renewed
), audited as (
  insert into audit_log (action, actor_id, subject_id, metadata, created_at)
  select 'ORG_INVITED', $2, organization_id, jsonb_build_object('invitationId', id, 'role', role), $7 from renewed
)
select place.role, counted.today >= $5 as is_too_many, renewed.id is not null as is_done
from place left join counted on true left join renewed on true
