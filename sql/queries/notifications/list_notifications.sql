-- One page of a user's notifications, unread first, then newest.
-- $1 userId uuid
-- $2 isRead bool
-- $3 id     uuid
-- $4 limit  int4
select id, type, title, message, is_read, metadata, created_at
from notifications
where user_id = $1 and ($2::bool is null or is_read > $2 or (is_read = $2 and id < $3))
order by is_read, id desc
limit $4::int
