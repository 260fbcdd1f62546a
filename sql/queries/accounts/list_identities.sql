-- One page of the ways in by a provider that a user has, newest first.
-- $1 userId uuid
-- $2 at     timestamptz
-- $3 id     uuid
-- $4 limit  int4
select id, provider, email, created_at
from identities
where user_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3))
order by created_at desc, id desc
limit $4::int
