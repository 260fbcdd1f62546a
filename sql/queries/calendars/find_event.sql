-- A host's event of a booking as we last knew it, where it belongs now, and the promises that a look at the booking from
-- here on keeps too.
-- $1 bookingId uuid
-- $2 hostId    uuid
select
  (select jsonb_build_object('calendarId', e.calendar_id, 'externalId', e.external_id, 'etag', e.etag,
      'incarnation', e.incarnation, 'version', e.version, 'start', lower(e.during), 'end', upper(e.during), 'drift', e.drift,
      'shows', e.shows, 'meetingState', e.meeting_state, 'meetingUrl', e.meeting_url)
    from calendar_events e where e.booking_id = b.id and e.host_id = $2) as event,
  (select calendar_place(e.calendar_id) from calendar_events e where e.booking_id = b.id and e.host_id = $2) as present,
  calendar_place(destination_calendar(b.meeting_type_id, $2)) as destination,
  (select jsonb_build_object('place', calendar_place(r.calendar_id), 'incarnation', r.incarnation)
    from calendar_runs r where r.booking_id = b.id and r.host_id = $2 and r.calendar_id is not null) as intent,
  coalesce(meeting_maker(b.id) = $2, false) as is_maker,
  array(select o.id from outbox o where o.booking_id = b.id and o.user_id = $2 and o.queue = 'calendar-sync'
    and o.kind = 'calendar.write' and o.subject_id is null and o.done_at is null) as open
from bookings b where b.id = $1
