-- A booking has no meeting at Zoom any more: what was promised up to here is kept, unless another run has begun since.
-- $1 outboxId  uuid
-- $2 run       uuid
-- $3 bookingId uuid
-- $4 kept      uuid[]
-- $5 now       timestamptz
with ours as (
  delete from calendar_runs where booking_id = $3 and host_id is null and run = $2 returning booking_id
), forgotten as (
  delete from zoom_meetings z using ours where z.booking_id = ours.booking_id returning z.meeting_id, z.url
), closed as (
  update outbox o set taken_until = null, last_error = null, done_at = $5,
    outcome = case when o.id = $1 then 'done' else 'superseded' end
  from ours where (o.id = any ($4::uuid[]) or o.id = $1) and o.done_at is null
  returning o.id, o.attempts
), delivered as (
  insert into deliveries (outbox_id, channel, provider, provider_id, attempts, created_at, updated_at)
  select closed.id, 'calendar', 'zoom', forgotten.meeting_id, closed.attempts, $5, $5 from closed, forgotten where closed.id = $1
  on conflict (outbox_id) do nothing
)
select ours.booking_id as id, (select take_link($3, url, $5) from forgotten where url is not null) as promised from ours
