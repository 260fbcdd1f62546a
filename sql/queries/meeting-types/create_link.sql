-- Make a link that books a type a limited number of times, where the plan of the type's owner has room. No row: the user may
-- change no such type; no id: the key was claimed before.
-- $1  id              uuid
-- $2  scope           text
-- $3  key             text
-- $4  fingerprint     text
-- $5  userId          uuid
-- $6  meetingTypeId   uuid
-- $7  maxBookings     int4
-- $8  durationMinutes int4
-- $9  expiresAt       timestamptz
-- $10 now             timestamptz
-- $11 limits          jsonb
with type as (
  select t.id, t.owner_id, t.slug, u.username from meeting_types t join users u on u.id = t.owner_id
  where may_edit(t.organization_id, t.owner_id, $5) and t.id = $6 and t.archived_at is null
), claimed as (
  insert into idempotency_keys as k (scope, key, fingerprint, subject_id, created_at)
  select $2, $3, $4, $1, $10 from type where $3::text is not null
  on conflict (scope, key) do update
    set fingerprint = excluded.fingerprint, subject_id = excluded.subject_id, created_at = excluded.created_at
    where k.created_at < $10::timestamptz - interval '24 hours'
  returning subject_id
), roomy as materialized (
  select id, within_plan('linksPerMeetingType', owner_id, id, $11) as yes from type
  where $3::text is null or exists (select from claimed)
), created as (
  insert into booking_links (id, meeting_type_id, max_bookings, duration_minutes, expires_at, created_at)
  select $1, id, $7, $8, $9, $10 from roomy where yes
  returning id
)
select created.id, type.slug, type.username from type left join created on true
