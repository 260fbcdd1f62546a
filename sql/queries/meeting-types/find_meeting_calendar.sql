-- Whether a host of a type has a calendar for its bookings that makes meetings of a kind.
-- $1 id         uuid
-- $2 conference text
select exists (
  select from group_hosts g join calendars c on c.id = destination_calendar($1, g.host_id)
  where g.meeting_type_id = $1 and c.conferences ? $2) as is_there
