-- What came of an attempt: the promise is kept, put off or given up, and the endpoint is well or fails. Its owner is told
-- when it has failed for long, and when it is stopped.
-- $1  outboxId     uuid
-- $2  dispatch     int4
-- $3  attempt      int4
-- $4  durationMs   int4
-- $5  status       int4
-- $6  error        text
-- $7  response     text
-- $8  outcome      text
-- $9  dueAt        timestamptz
-- $10 isGone       bool
-- $11 warnSince    timestamptz
-- $12 disableSince timestamptz
-- $13 now          timestamptz
with attempt as (
  update webhook_attempts set duration_ms = $4, status = $5, error = $6, response = $7
  where outbox_id = $1 and attempt = $3
), promise as (
  update outbox set done_at = case when $8 <> 'retry' then $13::timestamptz end, outcome = nullif($8, 'retry'), last_error = $6,
    due_at = coalesce($9, due_at), taken_until = null
  where id = $1 and attempts = $2 and done_at is null
  returning id, outcome
), delivered as (
  insert into deliveries (outbox_id, channel, provider, attempts, created_at)
  select id, 'webhook', 'http', $3, $13 from promise where outcome = 'done'
), was as (
  -- one after the other, so that the owner is told once
  select e.id, e.failing_since, e.warned_at from webhook_endpoints e
  where e.id = (select endpoint_id from outbox where id = $1) and e.is_active
    and ($8 <> 'done' or e.failing_since is not null)
  for update
), health as (
  select id, warned_at,
    case when $8 <> 'done' then coalesce(failing_since, $13) end as failing_since,
    case when $8 = 'done' then null when $10 then 'gone' when failing_since <= $12 then 'failing' end as stop
  from was
), endpoint as (
  update webhook_endpoints e set failing_since = h.failing_since, is_active = h.stop is null,
    disabled_at = case when h.stop is not null then $13::timestamptz end, disabled_reason = h.stop,
    -- null with failing_since: a success forgets the warning
    warned_at = case when h.failing_since <= $11 then coalesce(h.warned_at, $13) end
  from health h where e.id = h.id
  returning e.id, coalesce(e.owner_id, (select o.owner_id from organizations o where o.id = e.organization_id)) as owner_id,
    e.url, h.stop, h.warned_at is null and e.warned_at is not null as is_warned
), told as (
  select id, owner_id, stop, substring(url from '^https?://([^/?#]+)') as host,
    case when stop is null then 'WEBHOOK_FAILING' else 'WEBHOOK_DISABLED' end as kind
  from endpoint where stop is not null or is_warned
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select gen_random_uuid(), owner_id, kind, jsonb_strip_nulls(jsonb_build_object('webhookId', id, 'host', host, 'reason', stop)), $13
  from told
), promised as (
  insert into outbox (id, queue, kind, user_id, endpoint_id, due_at, created_at)
  select gen_random_uuid(), 'emails', kind, owner_id, id, $13::timestamptz, $13::timestamptz from told
)
select id from promise
