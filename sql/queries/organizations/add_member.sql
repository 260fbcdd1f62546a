-- An admin adds whoever has this address to an organization, or invites the address if it is nobody's, where the
-- plan of the organization's owner has room; unless his key was claimed before, it is a member's, or too many were asked to
-- join today. No row: the actor does not belong to it.
-- $1  organizationId uuid
-- $2  actorId        uuid
-- $3  email          citext
-- $4  role           text
-- $5  id             uuid
-- $6  scope          text
-- $7  key            text
-- $8  fingerprint    text
-- $9  expiresAt      timestamptz
-- $10 dailyLimit     int4
-- $11 outboxId       uuid
-- $12 noticeId       uuid
-- $13 by             text
-- $14 eventId        uuid
-- $15 now            timestamptz
-- $16 limits         jsonb
with place as materialized (
  select o.id, o.name, o.owner_id, m.role from organizations o join organization_members m on m.organization_id = o.id
  where o.id = $1 and m.user_id = $2 and o.deleted_at is null
  for no key update of o, m
), counted as materialized (
  select count_invited(place.id, $2, $15) as today from place where place.role = 'admin'
), person as materialized (
  select u.id, exists (
    select from organization_members m where m.organization_id = $1 and m.user_id = u.id) as is_member
  from users u where u.email = $3
), allowed as materialized (
  select place.id, place.owner_id from place, counted
  where counted.today < $10 and not exists (select from person where is_member)
), asked as (
  select i.id from organization_invitations i where i.organization_id = $1 and i.email = $3 and i.accepted_at is null
    and not exists (select from person)
), claimed as (
  insert into idempotency_keys as k (scope, key, fingerprint, subject_id, created_at)
  select $6, $7, $8, coalesce((select id from asked), $5), $15 from allowed where $7::text is not null
  on conflict (scope, key) do update
    set fingerprint = excluded.fingerprint, subject_id = excluded.subject_id, created_at = excluded.created_at
    where k.created_at < $15::timestamptz - interval '24 hours'
  returning subject_id
), open as materialized (
  -- an invitation takes no room until it is accepted
  select allowed.id from allowed where case when $7::text is null or exists (select from claimed)
    then within_plan('organizationMembers', allowed.owner_id, allowed.id, $16) end
), added as (
  insert into organization_members (id, organization_id, user_id, role, added_by, created_at, updated_at)
  select $5, open.id, person.id, $4, $2, $15, $15 from open, person
  on conflict (organization_id, user_id) do nothing
  returning id, organization_id, user_id, role
), answered as (
  -- what the address was asked before he had an account
  delete from organization_invitations i using added
  where i.organization_id = added.organization_id and i.email = $3 and i.accepted_at is null
), invited as (
  -- again: the last mail's link is the one that counts
  insert into organization_invitations as i (id, organization_id, email, role, invited_by, expires_at, created_at, updated_at)
  select $5, open.id, $3, $4, $2, $9, $15, $15 from open where not exists (select from person)
  on conflict (organization_id, email) where accepted_at is null do update
    set role = excluded.role, invited_by = excluded.invited_by, expires_at = excluded.expires_at, version = i.version + 1
  returning i.id, i.organization_id
), promised as (
  insert into outbox (id, queue, kind, user_id, member_id, invitation_id, due_at)
  select $11::uuid, 'emails', 'ORG_INVITE', user_id, id, null::uuid, $15::timestamptz from added
  union all select $11, 'emails', 'ORG_INVITE', null, null, id, $15 from invited
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select $12, user_id, 'ORG_INVITE', jsonb_build_object('organizationId', organization_id, 'role', role,
    'organization', (select name from place), 'by', $13::text), $15
  from added
), event as (
  insert into analytics_events (id, user_id, event_type, metadata, created_at)
  select $14, $2, 'ORG_MEMBER_ADDED', jsonb_build_object('organizationId', organization_id, 'userId', user_id, 'role', role), $15
  from added
), audited as (
  insert into audit_log (action, actor_id, subject_id, metadata, created_at)
  select 'ORG_MEMBER_ADDED', $2::uuid, organization_id, jsonb_build_object('userId', user_id, 'role', role), $15::timestamptz
  from added
  union all select 'ORG_INVITED', $2, organization_id, jsonb_build_object('invitationId', id, 'role', $4), $15 from invited
)
select place.role, counted.today >= $10 as is_too_many, (select id from added) as member_id,
  (select id from invited) as invitation_id
from place left join counted on true
