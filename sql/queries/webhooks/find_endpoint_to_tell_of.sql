-- An endpoint as a mail to its owner speaks of it.
-- $1 id uuid
select url, failing_since, disabled_at, disabled_reason from webhook_endpoints where id = $1
