-- Hosts of organizations' types who take no meetings any more are noted, and the types' owners told, once; who is back is
-- noted as well.
-- $1 now   timestamptz
-- $2 limit int4
with changed as materialized (
  select h.meeting_type_id, h.group_position, h.position, h.host_id, t.title, t.owner_id, h.gone_at is null as is_gone,
    concat_ws(' ', u.first_name, u.last_name) as name, g.required is null as are_all_needed
  from group_hosts h join host_groups g on g.meeting_type_id = h.meeting_type_id and g.position = h.group_position
  join meeting_types t on t.id = h.meeting_type_id and t.archived_at is null
  join users u on u.id = h.host_id
  where t.organization_id is not null and not is_orphaned(t.organization_id, t.owner_id)
    and (u.status = 'ACTIVE' and may_host(t.organization_id, u.id)) = (h.gone_at is not null)
  order by h.meeting_type_id, h.group_position, h.position limit $2::int4
  for no key update of h skip locked
), noted as (
  update group_hosts h set gone_at = case when changed.is_gone then $1::timestamptz end
  from changed
  where h.meeting_type_id = changed.meeting_type_id and h.group_position = changed.group_position
    and h.position = changed.position
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select gen_random_uuid(), owner_id, 'HOST_GONE', jsonb_build_object('meetingTypeId', meeting_type_id, 'hostId', host_id,
    'title', title, 'host', name, 'areAllNeeded', are_all_needed), $1
  from changed where is_gone and owner_id <> host_id
)
select meeting_type_id, host_id from changed
