-- Some of the meeting types that a user owns or is a host of, for his export: of others' only that he is.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select t.id::text as key, case when t.owner_id = $1 then to_jsonb(t) || jsonb_build_object(
    'links', coalesce((select jsonb_agg(to_jsonb(l) - 'meeting_type_id' order by l.id) from booking_links l where l.meeting_type_id = t.id), '[]'),
    'hosts', coalesce((select jsonb_agg(to_jsonb(g) - 'meeting_type_id' order by g.group_position, g.position) from group_hosts g where g.meeting_type_id = t.id), '[]'))
  else jsonb_build_object('id', t.id, 'title', t.title, 'organization_id', t.organization_id,
    'hosts', (select jsonb_agg(to_jsonb(g) - 'meeting_type_id') from group_hosts g where g.meeting_type_id = t.id and g.host_id = $1)) end as entry
from meeting_types t
where (t.owner_id = $1 or exists (select from group_hosts g where g.meeting_type_id = t.id and g.host_id = $1))
  and ($2::text is null or t.id > $2::uuid)
order by t.id limit $3::int4
