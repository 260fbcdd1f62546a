-- One page of a user's schedules, newest first.
-- $1 userId uuid
-- $2 at     timestamptz
-- $3 id     uuid
-- $4 limit  int4
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
where s.user_id = $1 and ($2::timestamptz is null or (s.created_at, s.id) < ($2, $3))
order by s.created_at desc, s.id desc
limit $4::int
