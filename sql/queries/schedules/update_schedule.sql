-- Change a schedule that still is at this version; null hours or overrides stay. Rows are written over by their keys and
-- the surplus is removed, so that no row is both deleted and inserted. As the default it takes the place of the one before.
-- $1 id        uuid
-- $2 version   int4
-- $3 name      text
-- $4 timeZone  text
-- $5 isDefault bool
-- $6 hours     jsonb
-- $7 overrides jsonb
-- $8 caps      jsonb
with changed as (
  update schedules set name = $3, time_zone = $4, is_default = $5, caps = $8, version = version + 1
  where id = $1 and version = $2
  returning *
), fewer_hours as (
  delete from schedule_hours h using changed
  where h.schedule_id = changed.id and h.position >= jsonb_array_length($6)
), hours as (
  insert into schedule_hours (schedule_id, position, weekday, rrule, opens, closes)
  select changed.id, h.position - 1, h.entry ->> 'weekday', h.entry ->> 'rrule', h.entry ->> 'from', h.entry ->> 'until'
  from changed, jsonb_array_elements($6) with ordinality as h(entry, position)
  on conflict (schedule_id, position) do update
    set weekday = excluded.weekday, rrule = excluded.rrule, opens = excluded.opens, closes = excluded.closes
), fewer_overrides as (
  delete from schedule_overrides o using changed
  where o.schedule_id = changed.id and $7::jsonb is not null
    and not exists (select from jsonb_array_elements($7) as kept where (kept ->> 'date')::date = o.date)
), overrides as (
  insert into schedule_overrides (schedule_id, date, hours)
  select changed.id, (o ->> 'date')::date, o -> 'hours' from changed, jsonb_array_elements($7) as o
  on conflict (schedule_id, date) do update set hours = excluded.hours
)
select id, is_default, version, created_at, updated_at from changed
