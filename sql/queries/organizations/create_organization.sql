-- Make an organization of which somebody is the owner and an admin, where his plan has room, unless its key was claimed
-- before.
-- $1 id          uuid
-- $2 scope       text
-- $3 key         text
-- $4 fingerprint text
-- $5 ownerId     uuid
-- $6 name        text
-- $7 memberId    uuid
-- $8 now         timestamptz
-- $9 limits      jsonb
with claimed as (
  insert into idempotency_keys as k (scope, key, fingerprint, subject_id, created_at)
  select $2, $3, $4, $1, $8 where $3::text is not null
  on conflict (scope, key) do update
    set fingerprint = excluded.fingerprint, subject_id = excluded.subject_id, created_at = excluded.created_at
    where k.created_at < $8::timestamptz - interval '24 hours'
  returning subject_id
), roomy as materialized (
  select within_plan('organizations', $5, null, $9) as yes where $3::text is null or exists (select from claimed)
), created as (
  insert into organizations (id, name, owner_id, created_at, updated_at)
  select $1, $6, $5, $8, $8 from roomy where yes
  returning id, owner_id
), joined as (
  -- whoever makes it means to work in it
  insert into organization_members (id, organization_id, user_id, role, can_host, created_at, updated_at)
  select $7, id, owner_id, 'admin', true, $8, $8 from created
), audited as (
  insert into audit_log (action, actor_id, subject_id, created_at) select 'ORG_CREATED', owner_id, id, $8 from created
)
select id from created
