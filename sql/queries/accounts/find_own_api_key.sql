-- One of a user's keys that is not revoked.
-- $1 userId uuid
-- $2 id     uuid
select id, name, prefix, scope, expires_at, last_used_at, created_at
from api_keys
where user_id = $1 and id = $2 and revoked_at is null
