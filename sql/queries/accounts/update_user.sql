-- Change what is given in the patch; a key that is absent keeps its value, null empties it.
-- Of the preferences each kind is kept that is not given. A new address is unverified: its owner is asked to confirm it,
-- and the one of the old address is told.
-- $1 userId   uuid
-- $2 patch    jsonb
-- $3 outboxId uuid
-- $4 changeId uuid
-- $5 now      timestamptz
with before as (
  select id, email, email_verified_at from users where id = $1 for update
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
    allowed_origins = case when $2 ? 'allowedOrigins' then nullif($2 -> 'allowedOrigins', 'null') else u.allowed_origins end,
    notification_preferences = u.notification_preferences || coalesce($2 -> 'notificationPreferences', '{}')
  from before
  where u.id = before.id
  returning u.*
), left_address as (
  select before.* from changed join before using (id) where changed.email <> before.email
), kept as (
  insert into email_changes (id, user_id, email, was_verified, created_at)
  select $4, id, email, email_verified_at is not null, $5 from left_address
), mails as (
  insert into outbox (id, queue, kind, user_id, due_at)
  select mail.id, 'emails', mail.kind, left_address.id, $5
  from left_address, (values ($3::uuid, 'EMAIL_VERIFICATION'), ($4::uuid, 'EMAIL_CHANGED')) as mail (id, kind)
), noted as (
  insert into audit_log (action, actor_id, subject_id, created_at)
  select 'EMAIL_CHANGED', id, id, $5 from left_address
)
select id, email, email_verified_at, username, first_name, last_name, role, plan, status, time_zone, locale,
  phone, notification_preferences, created_at, updated_at
from changed
