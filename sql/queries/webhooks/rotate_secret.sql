-- Put a new secret beside the present one, which signs along until then; the one before that signs no more.
-- $1 userId        uuid
-- $2 id            uuid
-- $3 secret        text
-- $4 previousUntil timestamptz
-- $5 now           timestamptz
with was as (
  select id, secret from webhook_endpoints where id = $2 and may_manage_webhook(owner_id, organization_id, $1) for update
), rotated as (
  update webhook_endpoints e set secret = $3, previous_secret_until = $4, previous_secret = was.secret
  from was where e.id = was.id
  returning e.*
), audited as (
  insert into audit_log (action, actor_id, subject_id, created_at)
  select 'WEBHOOK_SECRET_ROTATED', $1, id, $5 from rotated
)
select id, organization_id, url, description, events, is_active, failing_since, disabled_at, disabled_reason, previous_secret_until,
  created_at, updated_at
from rotated
