-- Some of a user's calendar accounts with their calendars, for his export: never what opens them.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select c.id::text as key, to_jsonb(c) - 'user_id' - 'credentials' - 'renewing_until' - 'version' || jsonb_build_object(
  'calendars', coalesce((
    select jsonb_agg(to_jsonb(k) - 'user_id' - 'connection_id' - 'external_id' - 'cursor' - 'generation' || jsonb_build_object(
      'meeting_types', coalesce((
        select jsonb_agg(jsonb_build_object('meetingTypeId', m.meeting_type_id, 'checksConflicts', m.checks_conflicts,
          'isDestination', m.is_destination) order by m.meeting_type_id)
        from meeting_type_calendars m where m.calendar_id = k.id), '[]')) order by k.id)
    from calendars k where k.connection_id = c.id), '[]')) as entry
from calendar_connections c
where c.user_id = $1 and ($2::text is null or c.id > $2::uuid) order by c.id limit $3::int4
