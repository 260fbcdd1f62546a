-- Say what a host wants of his calendars for one meeting type, instead of what he said before; an empty list takes it back.
-- Raises where one is none of his, or cannot be written to and should be.
-- $1 userId        uuid
-- $2 meetingTypeId uuid
-- $3 wishes        jsonb
-- $4 now           timestamptz
with wished as materialized (
  select case when c.id is null then refuse('no_such_calendar') when w."isDestination" and not c.can_write
      then refuse('calendar_read_only') else c.id end as id, w."checksConflicts" as checks, w."isDestination" as receives
  from jsonb_to_recordset($3) as w("calendarId" uuid, "checksConflicts" boolean, "isDestination" boolean)
  left join calendars c on c.id = w."calendarId" and c.user_id = $1
  where exists (select from group_hosts h where h.meeting_type_id = $2 and h.host_id = $1)
), gone as (
  delete from meeting_type_calendars m using calendars c
  where m.meeting_type_id = $2 and c.id = m.calendar_id and c.user_id = $1 and c.id not in (select id from wished)
  returning m.calendar_id
), put as (
  insert into meeting_type_calendars (meeting_type_id, calendar_id, checks_conflicts, is_destination, created_at)
  select $2, id, checks, receives, $4 from wished
  on conflict (meeting_type_id, calendar_id) do update
    set checks_conflicts = excluded.checks_conflicts, is_destination = excluded.is_destination
  returning calendar_id
)
select settle_calendars($1, $4) as promised
from (select count(*) as n from (select calendar_id from gone union all select calendar_id from put) changed) all_changed
where n >= 0 -- so that the changes come first
