-- What was promised to an endpoint, newest first, with every attempt.
-- $1 userId     uuid
-- $2 endpointId uuid
-- $3 at         timestamptz
-- $4 id         uuid
-- $5 limit      int4
select o.id, o.kind, o.booking_id, o.subject_id, o.version, o.replay_of, o.outcome, o.created_at, o.done_at,
  case when o.done_at is null then o.due_at end as next_attempt_at,
  coalesce((
    select jsonb_agg(jsonb_build_object('attempt', a.attempt, 'startedAt', a.started_at, 'durationMs', a.duration_ms,
      'status', a.status, 'error', a.error, 'request', a.request, 'response', a.response) order by a.attempt)
    from webhook_attempts a where a.outbox_id = o.id
  ), '[]') as attempts
from outbox o join webhook_endpoints e on e.id = o.endpoint_id
where o.endpoint_id = $2 and may_manage_webhook(e.owner_id, e.organization_id, $1) and o.queue = 'webhooks'
  and ($3::timestamptz is null or (o.created_at, o.id) < ($3, $4::uuid))
order by o.created_at desc, o.id desc
limit $5::int4
