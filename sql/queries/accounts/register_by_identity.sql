-- Register a person by an identity: with a default schedule, a welcome and a trace of it, and no password.
-- $1  id             uuid
-- $2  email          citext
-- $3  isVerified     bool
-- $4  username       citext
-- $5  firstName      text
-- $6  lastName       text
-- $7  timeZone       text
-- $8  locale         text
-- $9  identityId     uuid
-- $10 provider       text
-- $11 issuer         text
-- $12 subject        text
-- $13 scheduleId     uuid
-- $14 outboxId       uuid
-- $15 notificationId uuid
-- $16 eventId        uuid
-- $17 auditId        uuid
-- $18 now            timestamptz
with person as (
  insert into users (id, email, email_verified_at, username, first_name, last_name, time_zone, locale,
    created_at, updated_at)
  values ($1, $2, case when $3 then $18::timestamptz end, $4, $5, $6, $7, $8, $18, $18)
  returning *
), identity as (
  insert into identities (id, user_id, provider, issuer, subject, email, created_at)
  select $9, id, $10, $11, $12, email, $18 from person
  returning id, user_id, provider
), schedule as (
  insert into schedules (id, user_id, name, time_zone, is_default)
  select $13, id, 'Working hours', time_zone, true from person
  returning id
), hours as (
  insert into schedule_hours (schedule_id, position, weekday, opens, closes)
  select schedule.id, day.position - 1, day.weekday, '09:00', '17:00'
  from schedule, unnest(array['monday', 'tuesday', 'wednesday', 'thursday', 'friday'])
    with ordinality as day(weekday, position)
), welcome as (
  insert into outbox (id, queue, kind, user_id, due_at) select $14, 'emails', 'WELCOME', id, $18 from person
), notice as (
  insert into notifications (id, user_id, type, created_at) select $15, id, 'WELCOME', $18 from person
), event as (
  insert into analytics_events (id, user_id, event_type, created_at) select $16, id, 'USER_REGISTERED', $18 from person
), audit as (
  insert into audit_log (id, action, actor_id, subject_id, metadata, created_at)
  select $17, 'IDENTITY_LINKED', user_id, user_id,
    jsonb_build_object('identityId', id, 'provider', provider, 'by', 'registration'), $18
  from identity
)
select id from person
