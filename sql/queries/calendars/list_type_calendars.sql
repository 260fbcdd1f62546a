-- What a host wants of his calendars for one meeting type; none: what he has chosen for all.
-- $1 userId        uuid
-- $2 meetingTypeId uuid
select m.calendar_id, c.connection_id, c.name, m.checks_conflicts, m.is_destination
from meeting_type_calendars m join calendars c on c.id = m.calendar_id
where c.user_id = $1 and m.meeting_type_id = $2
order by c.id
