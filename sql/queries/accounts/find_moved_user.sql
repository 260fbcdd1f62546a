-- The present username of who had this one.
-- $1 username citext
-- $2 now      timestamptz
select u.username
from former_usernames f join users u on u.id = f.user_id
where f.username = $1 and f.held_until > $2 and u.status = 'ACTIVE'
