-- A booking's meeting at Zoom as we last knew it, and the promises that a look at the booking from here on keeps too.
-- $1 bookingId uuid
select z.booking_id is not null as is_known, z.asked_at, z.host_id, z.meeting_id, z.url, z.password, z.shows,
  array(select o.id from outbox o where o.booking_id = b.id and o.subject_id = b.id and o.queue = 'calendar-sync'
    and o.kind = 'calendar.write' and o.done_at is null) as open
from bookings b left join zoom_meetings z on z.booking_id = b.id
where b.id = $1
