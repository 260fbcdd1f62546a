-- Some of the events of a user's bookings in his calendars, for his export.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select e.booking_id::text as key, to_jsonb(e) - 'host_id' - 'etag' - 'during' - 'drifted_to' || jsonb_build_object(
  'start', lower(e.during), 'end', upper(e.during), 'drifted_start', lower(e.drifted_to), 'drifted_end', upper(e.drifted_to)) as entry
from calendar_events e
where e.host_id = $1 and ($2::text is null or e.booking_id > $2::uuid) order by e.booking_id limit $3::int4
