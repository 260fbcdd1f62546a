-- A host's event shows what the booking is: what was promised up to here is kept, unless another run has begun since.
-- Where its meeting is still being made, this promise looks again.
-- $1  outboxId     uuid
-- $2  run          uuid
-- $3  bookingId    uuid
-- $4  hostId       uuid
-- $5  kept         uuid[]
-- $6  calendarId   uuid
-- $7  externalId   text
-- $8  etag         text
-- $9  incarnation  int4
-- $10 version      int4
-- $11 start        timestamptz
-- $12 end          timestamptz
-- $13 shows        text
-- $14 meetingState text
-- $15 meetingUrl   text
-- $16 provider     text
-- $17 lookAt       timestamptz
-- $18 error        text
-- $19 isMaker      bool
-- $20 now          timestamptz
with ours as (
  delete from calendar_runs where booking_id = $3 and host_id = $4 and run = $2 returning booking_id, host_id
), before as (
  select e.meeting_url from calendar_events e join ours using (booking_id, host_id)
), stored as (
  insert into calendar_events as e (booking_id, host_id, calendar_id, external_id, etag, incarnation, version, during, shows,
    meeting_state, meeting_url, created_at)
  select booking_id, host_id, $6::uuid, $7, $8, $9, $10, tstzrange($11, $12), $13, $14, $15, $20::timestamptz from ours
  on conflict (booking_id, host_id) do update set calendar_id = excluded.calendar_id, external_id = excluded.external_id,
    etag = excluded.etag, incarnation = excluded.incarnation, version = excluded.version, during = excluded.during,
    shows = excluded.shows, meeting_state = excluded.meeting_state, meeting_url = excluded.meeting_url,
    drift = null, drifted_to = null, drifted_at = null
  returning booking_id
), closed as (
  update outbox o set taken_until = null, last_error = $18,
    due_at = coalesce(case when o.id = $1 then $17::timestamptz end, o.due_at),
    done_at = case when o.id = $1 and $17::timestamptz is not null then null else $20::timestamptz end,
    outcome = case when o.id <> $1 then 'superseded' when $17::timestamptz is null then 'done' end
  from stored where (o.id = any ($5::uuid[]) or o.id = $1) and o.done_at is null
  returning o.id, o.attempts
), delivered as (
  insert into deliveries (outbox_id, channel, provider, provider_id, attempts, created_at, updated_at)
  select id, 'calendar', $16, $7, attempts, $20::timestamptz, $20::timestamptz from closed where id = $1 and $17::timestamptz is null
  on conflict (outbox_id) do nothing
), meeting as (
  select case
    when $15 is null and before.meeting_url is not null then take_link($3, before.meeting_url, $20::timestamptz)
    when $19 and $15 is not null then give_link($3, before.meeting_url,
      jsonb_build_object('url', $15, 'meetingId', null, 'password', null), $4, $20::timestamptz)
    end as promised
  from stored left join before on true
), released as (
  select case when $19 and $14 is distinct from 'pending' then release_mails($3, $20::timestamptz) end from stored
), warned as (
  select case when $14 = 'failed' then warn_of_event($3, $4, 'no_meeting', $20::timestamptz) end from stored
)
select (select count(*) from meeting)::int + (select count(*) from released)::int + (select count(*) from warned)::int as done
from stored
