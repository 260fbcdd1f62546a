-- One page of what a user has not read, newest first.
-- $1 userId uuid
-- $2 id     uuid
-- $3 limit  int4
select id, type, title, message, is_read, metadata, created_at
from notifications
where user_id = $1 and not is_read and ($2::uuid is null or id < $2)
order by id desc
limit $3::int
