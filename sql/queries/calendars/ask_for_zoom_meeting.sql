-- Write down that a meeting is about to be asked for at Zoom, by the run that has the lease.
-- $1 bookingId uuid
-- $2 run       uuid
-- $3 hostId    uuid
-- $4 now       timestamptz
insert into zoom_meetings as z (booking_id, host_id, asked_at, created_at)
select booking_id, $3::uuid, $4::timestamptz, $4::timestamptz from calendar_runs where booking_id = $1 and host_id is null and run = $2
on conflict (booking_id) do update set host_id = excluded.host_id, asked_at = excluded.asked_at, meeting_id = null, shows = null
returning booking_id as id
