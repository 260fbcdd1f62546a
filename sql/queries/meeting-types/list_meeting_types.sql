-- One page of the meeting types of an owner or of an organization, newest first, without the archived ones.
-- $1 ownerId        uuid
-- $2 at             timestamptz
-- $3 id             uuid
-- $4 isActive       bool
-- $5 limit          int4
-- $6 organizationId uuid
select t.id, t.title, t.slug, t.description, t.duration_minutes, t.duration_options, t.buffer_before_minutes,
  t.buffer_after_minutes, t.slot_interval_minutes, t.slot_alignment, t.minimum_notice_minutes, t.horizon, t.caps,
  t.location_type, t.location_details, t.schedule_id, t.notifications, t.reminders, t.capacity,
  t.requires_confirmation, t.questions, t.visibility, t.allowed_origins, t.policies, t.is_active, t.archived_at, t.version,
  t.created_at, t.updated_at, t.owner_id, t.organization_id, false as is_editor,
  coalesce((
    select jsonb_agg(jsonb_build_object(
      'required', case when g.required is null then to_jsonb('all'::text) else to_jsonb(g.required) end,
      'hosts', (
        select jsonb_agg(jsonb_build_object('userId', h.host_id, 'scheduleId', h.schedule_id, 'weight', h.weight,
          'priority', h.priority) order by h.position)
        from group_hosts h where h.meeting_type_id = t.id and h.group_position = g.position
      )) order by g.position)
    from host_groups g where g.meeting_type_id = t.id
  ), '[]') as host_groups
from meeting_types t
where (t.owner_id = $1 or t.organization_id = $6) and t.archived_at is null and ($4::bool is null or t.is_active = $4)
  and ($2::timestamptz is null or (t.created_at, t.id) < ($2, $3))
order by t.created_at desc, t.id desc
limit $5::int
