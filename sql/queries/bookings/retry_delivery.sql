-- What did not arrive is promised anew, once: the failed promise stays as it was.
-- $1 bookingId  uuid
-- $2 deliveryId uuid
-- $3 newId      uuid
-- $4 now        timestamptz
-- $5 userId     uuid
insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, endpoint_id, subject_id, version, due_at,
  created_at, retry_of, replay_of)
select $3, o.queue, o.kind, o.booking_id, o.sequence, o.attendee_id, o.user_id, o.endpoint_id, o.subject_id, o.version, $4,
  -- a webhook stays the event that it was, under the id that its receiver knows
  case when o.queue = 'webhooks' then o.created_at else $4 end, o.id,
  case when o.queue = 'webhooks' then coalesce(o.replay_of, o.id) end
from outbox o left join deliveries d on d.outbox_id = o.id
where o.id = $2 and o.booking_id = $1 and o.done_at is not null
  and (o.queue <> 'webhooks' or exists (
    select from webhook_endpoints e where e.id = o.endpoint_id and may_manage_webhook(e.owner_id, e.organization_id, $5)))
  and case when d.status is null then o.outcome = 'failed' else d.status in ('failed', 'bounced') end
on conflict (retry_of) do update set retry_of = excluded.retry_of
returning id
