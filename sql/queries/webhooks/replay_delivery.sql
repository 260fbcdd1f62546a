-- Promise a webhook once more, under the id it had. No row: there is none; no id: the key was claimed before.
-- $1 id          uuid
-- $2 scope       text
-- $3 key         text
-- $4 fingerprint text
-- $5 userId      uuid
-- $6 endpointId  uuid
-- $7 deliveryId  uuid
-- $8 now         timestamptz
with original as (
  select o.* from webhook_endpoints e join outbox o on o.endpoint_id = e.id and o.queue = 'webhooks'
  where e.id = $6 and may_manage_webhook(e.owner_id, e.organization_id, $5) and o.id = $7
), claimed as (
  insert into idempotency_keys as k (scope, key, fingerprint, subject_id, created_at)
  select $2, $3, $4, $1, $8 from original where $3::text is not null
  on conflict (scope, key) do update
    set fingerprint = excluded.fingerprint, subject_id = excluded.subject_id, created_at = excluded.created_at
    where k.created_at < $8::timestamptz - interval '24 hours'
  returning subject_id
), promised as (
  insert into outbox (id, queue, kind, booking_id, endpoint_id, subject_id, version, replay_of, due_at, created_at)
  -- created_at tells when the event was
  select $1, queue, kind, booking_id, endpoint_id, subject_id, version, coalesce(replay_of, id), $8, created_at
  from original where $3::text is null or exists (select from claimed)
  returning id
)
select promised.id from original left join promised on true
