-- One page of all that happened in a period, newest first, with who did it.
-- $1 at        timestamptz
-- $2 id        uuid
-- $3 eventType text
-- $4 userId    uuid
-- $5 from      timestamptz
-- $6 until     timestamptz
-- $7 limit     int4
select e.id, e.event_type, e.metadata, e.created_at,
  case when u.id is not null then jsonb_build_object('id', u.id, 'email', u.email, 'firstName', u.first_name,
    'lastName', u.last_name) end as user
from (
  select * from analytics_events
  where ($3::text is null or event_type = $3) and ($4::uuid is null or user_id = $4)
    and created_at >= coalesce($5::timestamptz, '-infinity') and created_at < coalesce($6::timestamptz, 'infinity')
    -- the first of these tells which months are needless, the second where the page begins
    and created_at <= coalesce($1::timestamptz, 'infinity')
    and (created_at, id) < (coalesce($1::timestamptz, 'infinity'), coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
  order by created_at desc, id desc
  limit $7::int
) e left join users u on u.id = e.user_id
order by e.created_at desc, e.id desc
