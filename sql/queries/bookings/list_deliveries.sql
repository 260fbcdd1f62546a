-- What was promised for a booking and what became of it, newest first; or the one named. Of webhooks those that the user
-- may manage: others are somebody else's affair.
-- $1 bookingId  uuid
-- $2 deliveryId uuid
-- $3 at         timestamptz
-- $4 id         uuid
-- $5 limit      int4
-- $6 userId     uuid
select o.id,
  case when o.kind like '%\_SMS' then 'sms' else case o.queue when 'sms' then 'sms' when 'webhooks' then 'webhook' when 'calendar-sync' then 'calendar' else 'email' end end as channel,
  o.kind, o.attempts, o.retry_of, (select r.id from outbox r where r.retry_of = o.id) as retried_by,
  case when d.status is not null then d.status
    when o.outcome = 'done' then 'sent'
    when o.outcome is not null then o.outcome
    when o.last_error is not null then 'retrying'
    when o.attempts > 0 then 'sending'
    else 'pending' end as state,
  case when coalesce(u.id, a.id) is not null then jsonb_build_object('role', case when u.id is null then 'guest' else 'host' end,
    'id', coalesce(u.id, a.id), 'name', coalesce(trim(u.first_name || ' ' || coalesce(u.last_name, '')), a.name),
    'email', coalesce(u.email, a.email)) end as recipient,
  coalesce(d.provider, o.in_doubt_with) as provider, coalesce(d.detail, o.last_error) as error,
  case when o.done_at is null then o.due_at end as due_at, o.created_at,
  coalesce(d.updated_at, o.done_at, o.created_at) as updated_at
from outbox o
left join deliveries d on d.outbox_id = o.id
left join users u on u.id = o.user_id
left join webhook_endpoints e on e.id = o.endpoint_id
left join attendees a on a.id = o.attendee_id and o.user_id is null
where o.booking_id = $1 and ($2::uuid is null or o.id = $2)
  and (o.queue <> 'webhooks' or may_manage_webhook(e.owner_id, e.organization_id, $6))
  -- a reminder that fired is the mail that it promised
  and not (o.queue = 'reminders' and coalesce(o.outcome, '') = 'done')
  and ($3::timestamptz is null or (o.created_at, o.id) < ($3, $4::uuid))
order by o.created_at desc, o.id desc
limit $5::int4
