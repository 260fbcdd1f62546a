-- Delete an endpoint with what was promised to it and the log of it.
-- $1 userId  uuid
-- $2 id      uuid
-- $3 now     timestamptz
with deleted as (
  delete from webhook_endpoints where id = $2 and may_manage_webhook(owner_id, organization_id, $1)
  returning id
), audited as (
  insert into audit_log (action, actor_id, subject_id, created_at)
  select 'WEBHOOK_DELETED', $1, id, $3 from deleted
)
select id from deleted
