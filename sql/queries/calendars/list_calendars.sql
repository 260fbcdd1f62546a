-- The calendars of a connection of a user's, newest first.
-- $1 userId       uuid
-- $2 connectionId uuid
-- $3 at           timestamptz
-- $4 id           uuid
-- $5 limit        int4
select id, connection_id, name, time_zone, is_primary, can_write, conferences, checks_conflicts, is_destination,
  blocks_tentative, keeps_titles, when_unreachable, synced_at, failing_since, last_error, created_at, updated_at
from calendars
where user_id = $1 and connection_id = $2 and ($3::timestamptz is null or (created_at, id) < ($3, $4::uuid))
order by created_at desc, id desc
limit $5::int4
