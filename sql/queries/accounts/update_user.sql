-- Change what is given in the patch; a key that is absent keeps its value, null empties it.
-- Of the preferences each kind is kept that is not given. A new address is unverified, and its owner is asked to confirm it.
-- $1 userId   uuid
-- $2 patch    jsonb
-- $3 outboxId uuid
-- $4 now      timestamptz
with before as (
  select id, email from users where id = $1
), changed as (
  update users u set
    email = coalesce($2::jsonb ->> 'email', u.email),
    email_verified_at = case when ($2 ->> 'email')::citext <> u.email then null else u.email_verified_at end,
    username = coalesce($2 ->> 'username', u.username),
    first_name = coalesce($2 ->> 'firstName', u.first_name),
    last_name = case when $2 ? 'lastName' then $2 ->> 'lastName' else u.last_name end,
    phone = case when $2 ? 'phone' then $2 ->> 'phone' else u.phone end,
    time_zone = coalesce($2 ->> 'timeZone', u.time_zone),
    locale = coalesce($2 ->> 'locale', u.locale),
    notification_preferences = u.notification_preferences || coalesce($2 -> 'notificationPreferences', '{}')
  where u.id = $1
  returning u.*
), confirmation as (
  insert into outbox (id, queue, kind, user_id, due_at)
  select $3, 'emails', 'EMAIL_VERIFICATION', changed.id, $4
  from changed join before using (id) where changed.email <> before.email
)
select id, email, email_verified_at, username, first_name, last_name, role, plan, status, time_zone, locale,
  phone, notification_preferences, created_at, updated_at
from changed
