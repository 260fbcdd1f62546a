-- A user's keys but for revoked ones, newest first.
-- $1 userId uuid
-- $2 at     timestamptz
-- $3 id     uuid
-- $4 limit  int4
select id, name, prefix, scope, expires_at, last_used_at, created_at
from api_keys
where user_id = $1 and revoked_at is null
  and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
order by created_at desc, id desc
limit $4::int4
