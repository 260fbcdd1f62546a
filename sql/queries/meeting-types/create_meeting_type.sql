-- Make a meeting type with its host groups where the plan has room, unless something is wrong with its settings or its key was
-- claimed before.
-- $1 id             uuid
-- $2 scope          text
-- $3 key            text
-- $4 fingerprint    text
-- $5 ownerId        uuid
-- $6 settings       jsonb
-- $7 now            timestamptz
-- $8 limits         jsonb
-- $9 organizationId uuid
with checked as materialized (
  select wrong_settings(null, $5, $9, $5, $6) as wrong
), claimed as (
  insert into idempotency_keys as k (scope, key, fingerprint, subject_id, created_at)
  select $2, $3, $4, $1, $7 from checked where wrong = '[]' and $3::text is not null
  on conflict (scope, key) do update
    set fingerprint = excluded.fingerprint, subject_id = excluded.subject_id, created_at = excluded.created_at
    where k.created_at < $7::timestamptz - interval '24 hours'
  returning subject_id
), roomy as materialized (
  select within_plan('meetingTypes', $5, null, $8) as yes from checked
  where wrong = '[]' and ($3::text is null or exists (select from claimed))
), given as (
  select * from jsonb_to_record($6) as s (
    title text, slug citext, description text, "durationMinutes" int, "durationOptions" int[],
    "bufferBeforeMinutes" int, "bufferAfterMinutes" int, "slotIntervalMinutes" int, "slotAlignment" text,
    "minimumNoticeMinutes" int, horizon jsonb, caps jsonb, "locationType" text, "locationDetails" text,
    "scheduleId" uuid, notifications jsonb, reminders jsonb, capacity int, "requiresConfirmation" boolean,
    questions jsonb, visibility text, policies jsonb, "isActive" boolean, "allowedOrigins" jsonb
  )
), created as (
  insert into meeting_types (id, owner_id, title, slug, description, duration_minutes, duration_options,
    buffer_before_minutes, buffer_after_minutes, slot_interval_minutes, slot_alignment, minimum_notice_minutes,
    horizon, caps, location_type, location_details, schedule_id, notifications, reminders, capacity,
    requires_confirmation, questions, visibility, policies, is_active, created_at, updated_at, organization_id,
    allowed_origins)
  select $1, $5, title, slug, description, "durationMinutes", "durationOptions",
    "bufferBeforeMinutes", "bufferAfterMinutes", "slotIntervalMinutes", "slotAlignment", "minimumNoticeMinutes",
    horizon, caps, "locationType", "locationDetails", "scheduleId", notifications, reminders, capacity,
    "requiresConfirmation", questions, visibility, policies, "isActive", $7, $7, $9,
    "allowedOrigins"
  from given, roomy where yes
  returning id, version, created_at, updated_at
), wanted as (
  select created.id, g.entry, g.position - 1 as position
  from created, jsonb_array_elements($6 -> 'hostGroups') with ordinality as g(entry, position)
), groups as (
  insert into host_groups (meeting_type_id, position, required)
  select id, position, nullif(entry ->> 'required', 'all')::int from wanted
), hosts as (
  insert into group_hosts (meeting_type_id, group_position, position, host_id, schedule_id, weight, priority)
  select wanted.id, wanted.position, h.position - 1, (h.entry ->> 'userId')::uuid, (h.entry ->> 'scheduleId')::uuid,
    (h.entry ->> 'weight')::int, (h.entry ->> 'priority')::int
  from wanted, jsonb_array_elements(wanted.entry -> 'hosts') with ordinality as h(entry, position)
)
select checked.wrong, created.id, created.version, created.created_at, created.updated_at
from checked left join created on true
