-- One page of the sessions of a user that are still good, newest first.
-- $1 userId uuid
-- $2 at     timestamptz
-- $3 id     uuid
-- $4 limit  int4
-- $5 now    timestamptz
select id, user_agent, last_used_at, expires_at, created_at
from sessions
where user_id = $1 and revoked_at is null and expires_at > $5
  and ($2::timestamptz is null or (created_at, id) < ($2, $3))
order by created_at desc, id desc
limit $4::int
