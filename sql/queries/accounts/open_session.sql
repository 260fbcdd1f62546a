-- Open a session for an active user and note the sign-in.
-- $1 sessionId uuid
-- $2 userId    uuid
-- $3 userAgent text
-- $4 expiresAt timestamptz
-- $5 eventId   uuid
-- $6 now       timestamptz
with session as (
  insert into sessions (id, user_id, user_agent, expires_at, created_at)
  select $1, id, $3, $4, $6 from users where id = $2 and status = 'ACTIVE'
  returning user_id
), event as (
  insert into analytics_events (id, user_id, event_type, created_at) select $5, user_id, 'LOGIN', $6 from session
)
select id, email, email_verified_at, username, first_name, last_name, role, plan, status, time_zone, locale,
  phone, notification_preferences, created_at, updated_at
from users where id = (select user_id from session)
