-- A promise is kept, or there is no more to keep. Where it was one of a booking and failed, its hosts are warned.
-- $1 outboxId   uuid
-- $2 outcome    text
-- $3 error      text
-- $4 channel    text
-- $5 provider   text
-- $6 providerId text
-- $7 now        timestamptz
with closed as (
  update outbox set done_at = $7, outcome = $2, last_error = $3
  where id = $1 and done_at is null
  returning id, queue, attempts, booking_id, attendee_id, user_id
), delivered as (
  insert into deliveries (outbox_id, channel, provider, provider_id, attempts, created_at, updated_at)
  select id, $4, $5, $6, attempts, $7, $7 from closed where $2 = 'done' and $4::text is not null
  -- the provider's callback was faster
  on conflict (outbox_id) do update set provider_id = coalesce(deliveries.provider_id, excluded.provider_id)
), warned as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select gen_random_uuid(), h.host_id, 'DELIVERY_FAILED', jsonb_build_object('bookingId', b.id, 'title', b.title,
    'start', lower(b.during), 'guest', a.name, 'email', coalesce(u.email, a.email), 'reason', 'failed'), $7
  from closed join bookings b on b.id = closed.booking_id join booking_hosts h on h.booking_id = b.id
    left join attendees a on a.id = closed.attendee_id left join users u on u.id = closed.user_id
  where $2 = 'failed' and closed.queue = 'emails' and coalesce(u.email, a.email) is not null
    and coalesce(closed.user_id, h.host_id) = h.host_id
  on conflict do nothing
)
select id from closed
