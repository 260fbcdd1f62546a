-- Make a schedule with its hours and overrides where the plan has room, unless its key was claimed before. As the default
-- it takes the place of the one before (a trigger's doing).
-- $1  id          uuid
-- $2  scope       text
-- $3  key         text
-- $4  fingerprint text
-- $5  userId      uuid
-- $6  name        text
-- $7  timeZone    text
-- $8  isDefault   bool
-- $9  hours       jsonb
-- $10 overrides   jsonb
-- $11 now         timestamptz
-- $12 caps        jsonb
-- $13 limits      jsonb
with claimed as (
  insert into idempotency_keys as k (scope, key, fingerprint, subject_id, created_at)
  select $2, $3, $4, $1, $11 where $3::text is not null
  on conflict (scope, key) do update
    set fingerprint = excluded.fingerprint, subject_id = excluded.subject_id, created_at = excluded.created_at
    where k.created_at < $11::timestamptz - interval '24 hours'
  returning subject_id
), roomy as materialized (
  select within_plan('schedules', $5, null, $13) as yes where $3::text is null or exists (select from claimed)
), created as (
  insert into schedules (id, user_id, name, time_zone, is_default, caps, created_at, updated_at)
  select $1, $5, $6, $7, $8, $12, $11, $11 from roomy where yes
  returning *
), hours as (
  insert into schedule_hours (schedule_id, position, weekday, rrule, opens, closes)
  select created.id, h.position - 1, h.entry ->> 'weekday', h.entry ->> 'rrule', h.entry ->> 'from', h.entry ->> 'until'
  from created, jsonb_array_elements($9) with ordinality as h(entry, position)
), overrides as (
  insert into schedule_overrides (schedule_id, date, hours)
  select created.id, (o ->> 'date')::date, o -> 'hours' from created, jsonb_array_elements($10) as o
)
select id, is_default, version, created_at, updated_at from created
