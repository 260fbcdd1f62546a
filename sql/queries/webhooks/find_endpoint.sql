-- One of the endpoints that a user may manage.
-- $1 userId  uuid
-- $2 id      uuid
select id, organization_id, url, description, events, is_active, failing_since, disabled_at, disabled_reason, previous_secret_until,
  created_at, updated_at
from webhook_endpoints
where id = $2 and may_manage_webhook(owner_id, organization_id, $1)
