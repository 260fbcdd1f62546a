-- What a mail provider says has become of mails. Twice, late or in another order it comes to the same; what is not ours is ignored.
-- $1 provider text
-- $2 events   jsonb
-- $3 now      timestamptz
with told as (
  select distinct on (o.id) o.id, o.booking_id, o.attendee_id, o.user_id, o.attempts, e."providerId" as provider_id,
    e.recipient, e.status, e."isHard" as is_hard, e.detail
  from jsonb_to_recordset($2) as e("outboxId" uuid, "providerId" text, recipient citext, status text, "isHard" boolean, detail text)
  join outbox o on o.queue = 'emails' and o.id = coalesce(e."outboxId",
    (select d.outbox_id from deliveries d where d.provider = $1 and d.provider_id = e."providerId" limit 1))
  order by o.id, delivery_rank(e.status) desc
), closed as (
  -- the worker never heard that it was taken
  update outbox o set done_at = $3, outcome = 'done', last_error = null
  from told where o.id = told.id and o.done_at is null
  returning o.id
), moved as (
  insert into deliveries (outbox_id, channel, provider, provider_id, attempts, status, detail, created_at, updated_at)
  select id, 'email', $1, provider_id, attempts, status, detail, $3, $3 from told
  -- in the order in which the worker locks them
  where (select count(*) from closed) >= 0
  on conflict (outbox_id) do update set status = excluded.status, detail = excluded.detail, updated_at = excluded.updated_at,
    provider_id = coalesce(deliveries.provider_id, excluded.provider_id)
  where deliveries.provider = excluded.provider and delivery_rank(excluded.status) > delivery_rank(deliveries.status)
  returning outbox_id
), news as (
  select told.* from told join moved on moved.outbox_id = told.id
), suppressed as (
  insert into suppressed_addresses (email, reason, provider, created_at)
  select distinct on (recipient) recipient, status, $1, $3 from news
  where recipient is not null and (status = 'complained' or (status = 'bounced' and is_hard))
  order by recipient, delivery_rank(status) desc
  on conflict (email) do update set reason = excluded.reason where excluded.reason = 'complained'
), lifted as (
  delete from suppressed_addresses s using news
  where news.status = 'delivered' and s.email = news.recipient and s.reason = 'bounced'
), warned as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select gen_random_uuid(), h.host_id, 'DELIVERY_FAILED', jsonb_build_object('bookingId', b.id, 'title', b.title,
    'start', lower(b.during), 'guest', a.name, 'email', coalesce(news.recipient, u.email, a.email), 'reason', news.status), $3
  from news join bookings b on b.id = news.booking_id join booking_hosts h on h.booking_id = b.id
    left join attendees a on a.id = news.attendee_id left join users u on u.id = news.user_id
  where news.status in ('failed', 'bounced', 'complained') and coalesce(news.user_id, h.host_id) = h.host_id
    and coalesce(news.recipient, u.email, a.email) is not null
  on conflict do nothing
)
select count(*)::int as moved from moved
