-- Register a person with a default schedule, a session, a welcome and a trace of it.
-- $1  id             uuid
-- $2  email          citext
-- $3  username       citext
-- $4  passwordHash   text
-- $5  firstName      text
-- $6  lastName       text
-- $7  timeZone       text
-- $8  scheduleId     uuid
-- $9  sessionId      uuid
-- $10 userAgent      text
-- $11 expiresAt      timestamptz
-- $12 outboxId       uuid
-- $13 notificationId uuid
-- $14 eventId        uuid
-- $15 addressMac     text
-- $16 now            timestamptz
with person as (
  insert into users (id, email, username, password_hash, first_name, last_name, time_zone, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $6, $7, $16, $16)
  returning *
), schedule as (
  insert into schedules (id, user_id, name, time_zone, is_default)
  select $8, id, 'Working hours', time_zone, true from person
  returning id
), hours as (
  insert into schedule_hours (schedule_id, position, weekday, opens, closes)
  select schedule.id, day.position - 1, day.weekday, '09:00', '17:00'
  from schedule, unnest(array['monday', 'tuesday', 'wednesday', 'thursday', 'friday'])
    with ordinality as day(weekday, position)
), session as (
  insert into sessions (id, user_id, user_agent, expires_at, last_used_at, created_at)
  select $9, id, $10, $11, $16, $16 from person
), origin as (
  insert into sign_in_origins (user_id, origin, seen_at)
  select id, origin_of(id, $15), $16 from person where $15::text is not null
), welcome as (
  insert into outbox (id, queue, kind, user_id, due_at) select $12, 'emails', 'WELCOME', id, $16 from person
), notice as (
  insert into notifications (id, user_id, type, created_at) select $13, id, 'WELCOME', $16 from person
), event as (
  insert into analytics_events (id, user_id, event_type, created_at) select $14, id, 'USER_REGISTERED', $16 from person
)
select id, email, email_verified_at, username, first_name, last_name, role, plan, status, time_zone, locale,
  phone, notification_preferences, created_at, updated_at
from person
