-- Change what is given of an endpoint. Started again, or led elsewhere, it has no failures behind it.
-- $1 userId         uuid
-- $2 id             uuid
-- $3 url            text
-- $4 hasDescription bool
-- $5 description    text
-- $6 events         jsonb
-- $7 isActive       bool
-- $8 now            timestamptz
with changed as (
  update webhook_endpoints set url = coalesce($3, url), description = case when $4 then $5 else description end,
    events = coalesce($6, events), is_active = coalesce($7, is_active),
    failing_since = case when $7 or $3 <> url then null else failing_since end,
    warned_at = case when $7 or $3 <> url then null else warned_at end,
    disabled_at = case when $7 then null else disabled_at end,
    disabled_reason = case when $7 then null else disabled_reason end
  where id = $2 and may_manage_webhook(owner_id, organization_id, $1)
  returning *
), audited as (
  insert into audit_log (action, actor_id, subject_id, metadata, created_at)
  select 'WEBHOOK_CHANGED', $1, id, jsonb_build_object('hasNewUrl', $3::text is not null, 'isActive', is_active), $8
  from changed
)
select id, organization_id, url, description, events, is_active, failing_since, disabled_at, disabled_reason, previous_secret_until,
  created_at, updated_at
from changed
