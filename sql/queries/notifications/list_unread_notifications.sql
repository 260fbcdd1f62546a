-- One page of what a user has not read, newest first.
-- $1 userId uuid
-- $2 at     timestamptz
-- $3 id     uuid
-- $4 limit  int4
select id, type, is_read, metadata, created_at
from notifications
where user_id = $1 and not is_read
  and (created_at, id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
order by created_at desc, id desc
limit $4::int4
