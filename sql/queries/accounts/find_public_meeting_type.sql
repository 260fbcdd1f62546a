-- One meeting type as its booking page needs it. A secret one is found by who knows its slug.
-- $1 username citext
-- $2 slug     citext
select u.id as owner_id, card_state(u.id) as state, t.id, t.title, t.slug, t.description, t.duration_minutes, t.duration_options, t.location_type,
  t.minimum_notice_minutes, t.horizon, t.questions, t.capacity, t.requires_confirmation,
  coalesce((t.notifications ->> 'sms')::boolean, false) as offers_sms,
  t.visibility, origins_of(t.id) as allowed_origins, u.username, u.first_name, u.last_name, u.time_zone,
  coalesce((
    select jsonb_agg(jsonb_build_object('id', h.id, 'firstName', h.first_name, 'lastName', h.last_name)
      order by g.group_position, g.position)
    from group_hosts g join users h on h.id = g.host_id and h.status = 'ACTIVE'
    where g.meeting_type_id = t.id and may_host(t.organization_id, h.id)
  ), '[]') as hosts
from meeting_types t join users u on u.id = t.owner_id
where u.username = $1 and t.slug = $2 and u.status = 'ACTIVE' and t.is_active and t.archived_at is null
