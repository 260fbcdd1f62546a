-- A meeting type of a user or of an organization that he belongs to, also an archived one, with its host groups.
-- $1 userId uuid
-- $2 id     uuid
select t.id, t.title, t.slug, t.description, t.duration_minutes, t.duration_options, t.buffer_before_minutes,
  t.buffer_after_minutes, t.slot_interval_minutes, t.slot_alignment, t.minimum_notice_minutes, t.horizon, t.caps,
  t.location_type, t.location_details, t.schedule_id, t.notifications, t.reminders, t.capacity,
  t.requires_confirmation, t.questions, t.visibility, t.allowed_origins, t.policies, t.is_active, t.archived_at, t.version,
  t.created_at, t.updated_at, t.owner_id, t.organization_id, may_edit(t.organization_id, t.owner_id, $1) as is_editor,
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
where t.id = $2 and (t.organization_id is null and t.owner_id = $1 or exists (
  select from organizations o join organization_members m on m.organization_id = o.id
  where o.id = t.organization_id and m.user_id = $1 and o.deleted_at is null))
