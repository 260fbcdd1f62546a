-- A key that is still good, by the part of it that is no secret, with its user.
-- $1 prefix text
-- $2 now    timestamptz
select k.id as key_id, k.digest, k.scope, k.expires_at, k.last_used_at,
  u.id, u.email, u.email_verified_at, u.username, u.first_name, u.last_name, u.role, u.plan, u.status,
  u.time_zone, u.locale, u.phone, u.notification_preferences, u.created_at, u.updated_at
from api_keys k join users u on u.id = k.user_id
where k.prefix = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2)
