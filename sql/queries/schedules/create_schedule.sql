-- Make a schedule with its hours and overrides. As the default it takes the place of the one before (a trigger's doing).
-- $1 id        uuid
-- $2 userId    uuid
-- $3 name      text
-- $4 timeZone  text
-- $5 isDefault bool
-- $6 hours     jsonb
-- $7 overrides jsonb
-- $8 now       timestamptz
with created as (
  insert into schedules (id, user_id, name, time_zone, is_default, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $8, $8)
  returning *
), hours as (
  insert into schedule_hours (schedule_id, position, weekday, rrule, opens, closes)
  select created.id, h.position - 1, h.entry ->> 'weekday', h.entry ->> 'rrule', h.entry ->> 'from', h.entry ->> 'until'
  from created, jsonb_array_elements($6) with ordinality as h(entry, position)
), overrides as (
  insert into schedule_overrides (schedule_id, date, hours)
  select created.id, (o ->> 'date')::date, o -> 'hours' from created, jsonb_array_elements($7) as o
)
select id, is_default, version, created_at, updated_at from created
