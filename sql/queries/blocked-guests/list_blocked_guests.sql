-- One page of whom a user takes no bookings of, newest first.
-- $1 userId uuid
-- $2 at     timestamptz
-- $3 id     uuid
-- $4 limit  int4
select id, pattern, reason, created_at
from blocked_guests
where user_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3))
order by created_at desc, id desc
limit $4::int
