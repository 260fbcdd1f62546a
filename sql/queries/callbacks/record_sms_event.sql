-- What a provider says has become of an SMS. Twice, late or in another order it comes to the same. Of one that did not
-- arrive the hosts of its meeting are warned, once per number.
-- $1 outboxId   uuid
-- $2 provider   text
-- $3 providerId text
-- $4 status     text
-- $5 detail     text
-- $6 now        timestamptz
with told as (
  select id, attempts, booking_id, attendee_id, user_id from outbox where queue = 'sms' and id = coalesce($1::uuid,
    (select outbox_id from deliveries where provider = $2 and provider_id = $3 limit 1))
), closed as (
  -- the worker never heard that it was taken
  update outbox o set done_at = $6, outcome = 'done', last_error = null
  from told where o.id = told.id and o.done_at is null
  returning o.id
), moved as (
  insert into deliveries (outbox_id, channel, provider, provider_id, attempts, status, detail, created_at, updated_at)
  select id, 'sms', $2, $3, attempts, $4, $5, $6, $6 from told
  where (select count(*) from closed) >= 0 -- in the order in which the worker locks them
  on conflict (outbox_id) do update set status = excluded.status, detail = excluded.detail, updated_at = excluded.updated_at,
    provider_id = coalesce(deliveries.provider_id, excluded.provider_id)
  where deliveries.provider = excluded.provider and delivery_rank(excluded.status) > delivery_rank(deliveries.status)
  returning outbox_id, status
), warned as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select gen_random_uuid(), h.host_id, 'DELIVERY_FAILED', jsonb_build_object('bookingId', b.id, 'title', b.title,
    'start', lower(b.during), 'guest', a.name, 'phone', coalesce(u.phone, a.phone), 'reason', 'failed'), $6
  from moved join told on told.id = moved.outbox_id join bookings b on b.id = told.booking_id
    join booking_hosts h on h.booking_id = b.id
    left join attendees a on a.id = told.attendee_id left join users u on u.id = told.user_id
  where moved.status = 'failed' and coalesce(u.phone, a.phone) is not null and coalesce(told.user_id, h.host_id) = h.host_id
  on conflict do nothing
)
select outbox_id from moved
