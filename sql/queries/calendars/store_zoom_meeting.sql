-- A booking's meeting at Zoom is as it should be: what was promised up to here is kept, unless another run has begun since.
-- $1  outboxId  uuid
-- $2  run       uuid
-- $3  bookingId uuid
-- $4  kept      uuid[]
-- $5  meetingId text
-- $6  url       text
-- $7  password  text
-- $8  shows     text
-- $9  now       timestamptz
with ours as (
  delete from calendar_runs where booking_id = $3 and host_id is null and run = $2 returning booking_id
), before as (
  select z.url from zoom_meetings z join ours using (booking_id)
), stored as (
  update zoom_meetings z set meeting_id = $5, url = $6, password = $7, shows = $8
  from ours where z.booking_id = ours.booking_id
  returning z.booking_id
), closed as (
  update outbox o set taken_until = null, last_error = null, done_at = $9,
    outcome = case when o.id = $1 then 'done' else 'superseded' end
  from stored where (o.id = any ($4::uuid[]) or o.id = $1) and o.done_at is null
  returning o.id, o.attempts
), delivered as (
  insert into deliveries (outbox_id, channel, provider, provider_id, attempts, created_at, updated_at)
  select id, 'calendar', 'zoom', $5, attempts, $9, $9 from closed where id = $1
  on conflict (outbox_id) do nothing
)
select booking_id as id, give_link($3, (select url from before),
  jsonb_build_object('url', $6, 'meetingId', $5, 'password', $7), null, $9) as promised
from stored
