-- Open a session for an active user, note the sign-in and where it came from.
-- $1 sessionId  uuid
-- $2 userId     uuid
-- $3 userAgent  text
-- $4 addressMac text
-- $5 expiresAt  timestamptz
-- $6 eventId    uuid
-- $7 now        timestamptz
with session as (
  insert into sessions (id, user_id, user_agent, expires_at, last_used_at, created_at)
  select $1, id, $3, $5, $7, $7 from users where id = $2 and status = 'ACTIVE'
  returning user_id
), origin as (
  insert into sign_in_origins (user_id, origin, seen_at)
  select user_id, origin_of(user_id, $4), $7 from session where $4::text is not null
  on conflict (user_id, origin) do update set seen_at = excluded.seen_at
), forgotten as (
  delete from sign_in_origins o using session
  where o.user_id = session.user_id and o.seen_at < $7 - interval '90 days' and o.origin <> origin_of(o.user_id, $4)
), event as (
  insert into analytics_events (id, user_id, event_type, created_at) select $6, user_id, 'LOGIN', $7 from session
)
select id, email, email_verified_at, username, first_name, last_name, role, plan, status, time_zone, locale,
  phone, notification_preferences, created_at, updated_at
from users where id = (select user_id from session)
