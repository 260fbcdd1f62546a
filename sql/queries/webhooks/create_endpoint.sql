-- Make an endpoint, where the plan has room. No row: it is for an organization that the user is no admin of.
-- $1 id             uuid
-- $2 userId         uuid
-- $3 url            text
-- $4 description    text
-- $5 events         jsonb
-- $6 secret         text
-- $7 limits         jsonb
-- $8 now            timestamptz
-- $9 organizationId uuid
with roomy as materialized (
  select within_plan('webhooks', coalesce((select owner_id from organizations where id = $9), $2), null, $7) as yes
  where $9::uuid is null or may_manage_webhook(null, $9, $2)
), created as (
  insert into webhook_endpoints (id, owner_id, organization_id, url, description, events, secret, created_at, updated_at)
  select $1, case when $9 is null then $2 end, $9, $3, $4, $5, $6, $8, $8 from roomy where yes
  returning *
), audited as (
  insert into audit_log (action, actor_id, subject_id, created_at)
  select 'WEBHOOK_CREATED', $2, id, $8 from created
)
select id, organization_id, url, description, events, is_active, failing_since, disabled_at, disabled_reason, previous_secret_until,
  created_at, updated_at
from created
