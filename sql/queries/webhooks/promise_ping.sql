-- Promise a test to an endpoint, also to one that is stopped. No row: there is none; no id: the key was claimed before.
-- $1 id          uuid
-- $2 scope       text
-- $3 key         text
-- $4 fingerprint text
-- $5 userId      uuid
-- $6 endpointId  uuid
-- $7 now         timestamptz
with endpoint as (
  select id from webhook_endpoints where id = $6 and may_manage_webhook(owner_id, organization_id, $5)
), claimed as (
  insert into idempotency_keys as k (scope, key, fingerprint, subject_id, created_at)
  select $2, $3, $4, $1, $7 from endpoint where $3::text is not null
  on conflict (scope, key) do update
    set fingerprint = excluded.fingerprint, subject_id = excluded.subject_id, created_at = excluded.created_at
    where k.created_at < $7::timestamptz - interval '24 hours'
  returning subject_id
), promised as (
  insert into outbox (id, queue, kind, endpoint_id, due_at, created_at)
  select $1, 'webhooks', 'webhook.ping', id, $7, $7 from endpoint where $3::text is null or exists (select from claimed)
  returning id
)
select promised.id from endpoint left join promised on true
