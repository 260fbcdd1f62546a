-- Revoke a feed: its address leads nowhere from here on.
-- $1 userId uuid
-- $2 id     uuid
-- $3 now    timestamptz
with deleted as (
  delete from calendar_feeds where user_id = $1 and id = $2 returning id
), audited as (
  insert into audit_log (action, actor_id, subject_id, created_at) select 'CALENDAR_FEED_REVOKED', $1, id, $3 from deleted
)
select id from deleted
