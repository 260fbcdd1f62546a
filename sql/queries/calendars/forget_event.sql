-- A host's event is no longer there, or is no longer ours to keep: what was promised up to here is kept, unless another run
-- has begun since. The link of a meeting that was taken away with it goes too.
-- $1 outboxId  uuid
-- $2 run       uuid
-- $3 bookingId uuid
-- $4 hostId    uuid
-- $5 kept      uuid[]
-- $6 provider  text
-- $7 isRemoved bool
-- $8 now       timestamptz
with ours as (
  delete from calendar_runs where booking_id = $3 and host_id = $4 and run = $2 returning booking_id, host_id
), forgotten as (
  delete from calendar_events e using ours where e.booking_id = ours.booking_id and e.host_id = ours.host_id
  returning e.external_id, e.meeting_url
), closed as (
  update outbox o set taken_until = null, last_error = null, done_at = $8,
    outcome = case when o.id = $1 and $7 then 'done' else 'superseded' end
  from ours where (o.id = any ($5::uuid[]) or o.id = $1) and o.done_at is null
  returning o.id, o.attempts
), delivered as (
  insert into deliveries (outbox_id, channel, provider, provider_id, attempts, created_at, updated_at)
  select closed.id, 'calendar', $6, forgotten.external_id, closed.attempts, $8, $8 from closed, forgotten where closed.id = $1 and $7
  on conflict (outbox_id) do nothing
), unlinked as (
  select take_link($3, meeting_url, $8) as promised from forgotten where $7 and meeting_url is not null
)
select ours.booking_id as id, (select sum(promised)::int from unlinked) as promised from ours
