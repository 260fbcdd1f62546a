-- A user's feeds, newest first; one of them where it is named.
-- $1 userId uuid
-- $2 only   uuid
-- $3 at     timestamptz
-- $4 id     uuid
-- $5 limit  int4
select id, name, last_read_at, created_at from calendar_feeds
where user_id = $1 and ($2::uuid is null or id = $2) and ($3::timestamptz is null or (created_at, id) < ($3, $4::uuid))
order by created_at desc, id desc
limit $5::int4
