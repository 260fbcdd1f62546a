-- One page of all that happened, newest first, with who did it.
-- $1 at    timestamptz
-- $2 id    uuid
-- $3 limit int4
select e.id, e.event_type, e.metadata, e.created_at,
  case when u.id is not null then jsonb_build_object('id', u.id, 'email', u.email, 'firstName', u.first_name,
    'lastName', u.last_name) end as user
from analytics_events e left join users u on u.id = e.user_id
where $1::timestamptz is null or (e.created_at, e.id) < ($1, $2)
order by e.created_at desc, e.id desc
limit $3::int
