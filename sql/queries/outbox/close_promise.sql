-- Promises are kept, or there is no more to keep. Where one was of a booking and failed, its hosts are warned.
-- $1 items jsonb
with asked as (
  select * from jsonb_to_recordset($1) as a(item int, "outboxId" uuid, outcome text, error text, channel text, provider text,
    "providerId" text, now timestamptz)
), wanted as (
  select o.id, a.* from asked a join outbox o on o.id = a."outboxId" and o.done_at is null
  -- of an array the planner knows that it is short, and looks them up by their keys
  where o.id = any(array(select "outboxId" from asked))
  -- in one order for everybody: whoever holds some of them is waited for
  order by o.id for update of o
), closed as (
  update outbox o set done_at = w.now, outcome = w.outcome, last_error = w.error
  from wanted w where o.id = w.id and o.id = any(array(select id from wanted))
  returning o.id, o.queue, o.attempts, o.booking_id, o.attendee_id, o.user_id,
    w.item, w.outcome, w.channel, w.provider, w."providerId" as provider_id, w.now
), delivered as (
  insert into deliveries (outbox_id, channel, provider, provider_id, attempts, created_at, updated_at)
  select id, channel, provider, provider_id, attempts, now, now from closed where outcome = 'done' and channel is not null
  -- the provider's callback was faster
  on conflict (outbox_id) do update set provider_id = coalesce(deliveries.provider_id, excluded.provider_id)
), warned as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select gen_random_uuid(), h.host_id, 'DELIVERY_FAILED', jsonb_build_object('bookingId', b.id, 'title', b.title,
    'start', lower(b.during), 'guest', a.name, 'email', coalesce(u.email, a.email), 'reason', 'failed'), closed.now
  from closed join bookings b on b.id = closed.booking_id join booking_hosts h on h.booking_id = b.id
    left join attendees a on a.id = closed.attendee_id left join users u on u.id = closed.user_id
  where closed.outcome = 'failed' and closed.queue = 'emails' and coalesce(u.email, a.email) is not null
    and coalesce(closed.user_id, h.host_id) = h.host_id
  on conflict do nothing
)
select item, id from closed
