-- Some of a user's schedules, for his export.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select s.id::text as key, to_jsonb(s) - 'user_id' || jsonb_build_object(
  'hours', coalesce((select jsonb_agg(to_jsonb(h) - 'schedule_id' order by h.position) from schedule_hours h where h.schedule_id = s.id), '[]'),
  'overrides', coalesce((select jsonb_agg(to_jsonb(o) - 'schedule_id' order by o.date) from schedule_overrides o where o.schedule_id = s.id), '[]')) as entry
from schedules s
where s.user_id = $1 and ($2::text is null or s.id > $2::uuid) order by s.id limit $3::int4
