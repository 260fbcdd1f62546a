-- Change a meeting type that still is at this version to these settings, all of them, unless something is wrong with them. Host
-- groups are written over by their keys and the surplus removed; their hosts are inserted only when the old ones are gone, hence
-- the count.
-- $1 id       uuid
-- $2 version  int4
-- $3 settings jsonb
-- $4 actorId  uuid
with checked as materialized (
  select t.id, wrong_settings(t.id, t.owner_id, t.organization_id, $4, $3) as wrong
  from meeting_types t where t.id = $1 and t.version = $2
), given as (
  select * from jsonb_to_record($3) as s (
    title text, slug citext, description text, "durationMinutes" int, "durationOptions" int[],
    "bufferBeforeMinutes" int, "bufferAfterMinutes" int, "slotIntervalMinutes" int, "slotAlignment" text,
    "minimumNoticeMinutes" int, horizon jsonb, caps jsonb, "locationType" text, "locationDetails" text,
    "scheduleId" uuid, notifications jsonb, reminders jsonb, capacity int, "requiresConfirmation" boolean,
    questions jsonb, visibility text, policies jsonb, "isActive" boolean, "allowedOrigins" jsonb
  )
), changed as (
  update meeting_types t set title = s.title, slug = s.slug, description = s.description,
    duration_minutes = s."durationMinutes", duration_options = s."durationOptions",
    buffer_before_minutes = s."bufferBeforeMinutes", buffer_after_minutes = s."bufferAfterMinutes",
    slot_interval_minutes = s."slotIntervalMinutes", slot_alignment = s."slotAlignment",
    minimum_notice_minutes = s."minimumNoticeMinutes", horizon = s.horizon, caps = s.caps,
    location_type = s."locationType", location_details = s."locationDetails", schedule_id = s."scheduleId",
    notifications = s.notifications, reminders = s.reminders, capacity = s.capacity,
    requires_confirmation = s."requiresConfirmation", questions = s.questions, visibility = s.visibility,
    policies = s.policies, is_active = s."isActive", allowed_origins = s."allowedOrigins", version = t.version + 1
  from given s, checked
  where t.id = $1 and t.version = $2 and checked.wrong = '[]'
  returning t.id, t.version, t.created_at, t.updated_at
), wanted as (
  select changed.id, g.entry, g.position - 1 as position
  from changed, jsonb_array_elements($3 -> 'hostGroups') with ordinality as g(entry, position)
), fewer_groups as (
  delete from host_groups g using changed
  where g.meeting_type_id = changed.id and g.position >= jsonb_array_length($3 -> 'hostGroups')
), groups as (
  insert into host_groups (meeting_type_id, position, required)
  select id, position, nullif(entry ->> 'required', 'all')::int from wanted
  on conflict (meeting_type_id, position) do update set required = excluded.required
), old_hosts as (
  delete from group_hosts h using changed where h.meeting_type_id = changed.id returning h.host_id, h.gone_at
), hosts as (
  insert into group_hosts (meeting_type_id, group_position, position, host_id, schedule_id, weight, priority, gone_at)
  select wanted.id, wanted.position, h.position - 1, (h.entry ->> 'userId')::uuid, (h.entry ->> 'scheduleId')::uuid,
    (h.entry ->> 'weight')::int, (h.entry ->> 'priority')::int,
    (select gone_at from old_hosts where host_id = (h.entry ->> 'userId')::uuid limit 1)
  from wanted, jsonb_array_elements(wanted.entry -> 'hosts') with ordinality as h(entry, position)
  where (select count(*) from old_hosts) >= 0
)
select checked.wrong, changed.id, changed.version, changed.created_at, changed.updated_at
from checked left join changed on true
