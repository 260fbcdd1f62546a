-- One absence of a user.
-- $1 userId uuid
-- $2 id     uuid
select id, from_date, until_date, reason, version, created_at, updated_at
from out_of_office where user_id = $1 and id = $2
