-- The user of a session that is still good.
-- $1 sessionId uuid
-- $2 now       timestamptz
select u.id, u.email, u.email_verified_at, u.username, u.first_name, u.last_name, u.role, u.plan, u.status,
  u.time_zone, u.locale, u.phone, u.notification_preferences, u.created_at, u.updated_at
from sessions s join users u on u.id = s.user_id
where s.id = $1 and s.revoked_at is null and s.expires_at > $2
