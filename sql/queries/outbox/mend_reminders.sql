-- Reminders that the meetings of the next week should have and have not are promised: to whom none was ever promised for
-- the meeting as it stands, though its type, unchanged since, wants one. Ids are derived, so that any number may mend.
-- $1 now timestamptz
with reminder as (
  select b.id as booking_id, b.sequence, r.reader, r.minutes, r.channel, lower(b.during) - make_interval(mins => r.minutes) as due_at,
    -- as src/bookings/promises.ts names them
    case when r.minutes > 0 then 'BOOKING_REMINDER' else 'BOOKING_FOLLOW_UP' end
      || case r.channel when 'sms' then '_SMS' when 'webhook' then '_WEBHOOK' else '' end as kind
  from bookings b join meeting_types t on t.id = b.meeting_type_id and t.updated_at <= b.updated_at
    cross join lateral (
      select (r ->> 'minutesBefore')::int as minutes, r ->> 'to' as reader, r ->> 'channel' as channel
      from jsonb_array_elements(t.reminders) r
    ) as r
  where b.status = 'CONFIRMED' and upper(b.during) > $1 and upper(b.during) <= $1::timestamptz + interval '7 days'
), wanted as (
  select r.*, a.id as attendee_id, null::uuid as user_id
  from reminder r join attendees a on a.booking_id = r.booking_id and a.status = 'ACTIVE' and r.reader in ('guest', 'both')
  where r.channel <> 'webhook'
  union all
  select r.*, null, h.host_id from reminder r join booking_hosts h on h.booking_id = r.booking_id and r.reader in ('host', 'both')
  where r.channel <> 'webhook'
  union all
  select r.*, null, null from reminder r where r.channel = 'webhook'
)
insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at, created_at)
select distinct on (1) md5(concat_ws('|', booking_id, sequence, attendee_id, user_id, minutes, kind))::uuid, 'reminders',
  kind, booking_id, sequence, attendee_id, user_id, due_at, $1::timestamptz
from wanted w
where due_at > $1 and not exists (
  select from outbox o where o.booking_id = w.booking_id and o.queue = 'reminders' and o.sequence = w.sequence and o.kind = w.kind
    and o.attendee_id is not distinct from w.attendee_id and o.user_id is not distinct from w.user_id)
on conflict (id) do nothing
returning booking_id
