-- A schedule of a user, with its hours and overrides.
-- $1 userId uuid
-- $2 id     uuid
select s.id, s.name, s.time_zone, s.is_default, s.caps, s.version, s.created_at, s.updated_at,
  coalesce((
    select jsonb_agg(case when h.rrule is null
      then jsonb_build_object('weekday', h.weekday, 'from', h.opens, 'until', h.closes)
      else jsonb_build_object('rrule', h.rrule, 'from', h.opens, 'until', h.closes) end order by h.position)
    from schedule_hours h where h.schedule_id = s.id
  ), '[]') as hours,
  coalesce((
    select jsonb_agg(jsonb_build_object('date', o.date, 'hours', o.hours) order by o.date)
    from schedule_overrides o where o.schedule_id = s.id
  ), '[]') as overrides
from schedules s
where s.user_id = $1 and s.id = $2
