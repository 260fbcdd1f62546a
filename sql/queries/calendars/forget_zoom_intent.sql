-- Zoom has said that it made no meeting: nothing is to be looked up.
-- $1 bookingId uuid
-- $2 run       uuid
update zoom_meetings z set asked_at = null from calendar_runs r
where z.booking_id = $1 and z.meeting_id is null and r.booking_id = z.booking_id and r.host_id is null and r.run = $2
