-- Begin to keep the promise of a webhook, if this dispatch is still the one that counts.
-- $1 outboxId   uuid
-- $2 attempt    int4
-- $3 leaseUntil timestamptz
with renewed as (
  update outbox set due_at = $3, taken_until = $3
  where id = $1 and attempts = $2 and done_at is null
  returning *
)
select coalesce(o.replay_of, o.id) as message_id, o.kind, o.booking_id, o.subject_id, o.version, o.created_at,
  e.id as endpoint_id, coalesce(e.owner_id, g.owner_id) as reader_id, e.url, e.secret, e.previous_secret, e.previous_secret_until,
  -- a test reaches one that is stopped too
  (e.is_active or o.kind = 'webhook.ping') and coalesce(u.status = 'ACTIVE', g.deleted_at is null) as is_wanted,
  (select coalesce(max(a.attempt), 0) from webhook_attempts a where a.outbox_id = o.id) as tries
from renewed o join webhook_endpoints e on e.id = o.endpoint_id left join users u on u.id = e.owner_id
  left join organizations g on g.id = e.organization_id
