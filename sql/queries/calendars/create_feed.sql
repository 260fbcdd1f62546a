-- Make a feed of a user's bookings, where there is room.
-- $1 id        uuid
-- $2 userId    uuid
-- $3 name      text
-- $4 tokenHash text
-- $5 most      int4
-- $6 now       timestamptz
with created as (
  insert into calendar_feeds (id, user_id, name, token_hash, created_at)
  select $1, $2, $3, decode($4, 'hex'), $6 where calendar_room('feed', $2, $5)
  returning id, name, last_read_at, created_at
), audited as (
  insert into audit_log (action, actor_id, subject_id, created_at) select 'CALENDAR_FEED_CREATED', $2, id, $6 from created
)
select id, name, last_read_at, created_at from created
