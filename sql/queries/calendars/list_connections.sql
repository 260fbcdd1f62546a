-- A user's connections, newest first; one of them where it is named.
-- $1 userId uuid
-- $2 only   uuid
-- $3 at     timestamptz
-- $4 id     uuid
-- $5 limit  int4
select c.id, c.provider, c.account, c.status, c.failing_since, c.last_error, c.created_at, c.updated_at,
  (select max(k.synced_at) from calendars k where k.connection_id = c.id) as last_synced_at,
  (select count(*)::int from calendars k where k.connection_id = c.id) as calendars,
  (select count(*)::int from calendars k where k.connection_id = c.id and k.checks_conflicts) as checked
from calendar_connections c
where c.user_id = $1 and ($2::uuid is null or c.id = $2)
  and ($3::timestamptz is null or (c.created_at, c.id) < ($3, $4::uuid))
order by c.created_at desc, c.id desc
limit $5::int4
