-- Events that the calendars of hosts lack for the meetings of the next week are promised: whose last change was promised to
-- no calendar, though its host has one. Ids are derived, so that any number may mend.
-- $1 now timestamptz
insert into outbox (id, queue, kind, booking_id, user_id, due_at, created_at)
select md5(concat_ws('|', 'calendar.write', b.id, h.host_id, last.version))::uuid, 'calendar-sync', 'calendar.write', b.id, h.host_id,
  $1::timestamptz, $1::timestamptz
from bookings b
  cross join lateral (
    select e.version, e.created_at from booking_history e
    where e.booking_id = b.id and told_to_calendars(e.event, b.status, false) order by e.version desc limit 1) last
  join booking_hosts h on h.booking_id = b.id
where b.status = 'CONFIRMED' and upper(b.during) > $1 and upper(b.during) <= $1::timestamptz + interval '7 days'
  and destination_calendar(b.meeting_type_id, h.host_id) is not null
  and not exists (select from calendar_events e where e.booking_id = b.id and e.host_id = h.host_id and e.version >= last.version)
  and not exists (select from outbox o where o.booking_id = b.id and o.user_id = h.host_id and o.kind = 'calendar.write'
    and o.subject_id is null and o.created_at >= last.created_at)
on conflict (id) do nothing
returning booking_id
