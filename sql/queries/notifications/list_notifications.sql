-- One page of a user's notifications, unread first, then newest.
-- $1 userId uuid
-- $2 isRead bool
-- $3 at     timestamptz
-- $4 id     uuid
-- $5 limit  int4
select id, type, is_read, metadata, created_at
from notifications
where user_id = $1
  and ($2::bool is null or is_read > $2 or (is_read = $2 and (created_at, id) < ($3::timestamptz, $4::uuid)))
order by is_read, created_at desc, id desc
limit $5::int4
