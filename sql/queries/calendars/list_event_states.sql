-- What became of a booking in the calendars of its hosts, and of the link of its meeting.
-- $1 bookingId uuid
select h.host_id, e.drift, lower(e.drifted_to) as drifted_start, upper(e.drifted_to) as drifted_end,
  e.calendar_id is not null as is_written, last.outcome, last.last_error,
  last.id is not null and last.done_at is null as is_open, destination_calendar(b.meeting_type_id, h.host_id) is not null as is_wanted,
  coalesce(meeting_maker(b.id) = h.host_id, false) as is_maker
from bookings b cross join lateral (
    select host_id from booking_hosts where booking_id = b.id
    union select host_id from calendar_events where booking_id = b.id
    -- its meeting at Zoom
    union select null where b.location ->> 'type' = 'ZOOM') h
  left join calendar_events e on e.booking_id = b.id and e.host_id = h.host_id
  left join lateral (
    select o.id, o.outcome, o.last_error, o.done_at from outbox o
    where o.booking_id = b.id and o.kind = 'calendar.write'
      and case when h.host_id is null then o.subject_id is not null else o.subject_id is null and o.user_id = h.host_id end
      and o.outcome is distinct from 'superseded'
    order by o.done_at is null desc, o.created_at desc, o.id desc limit 1) last on true
where b.id = $1
order by h.host_id nulls last
