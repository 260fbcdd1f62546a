-- A host's public card with the meeting types anyone may see.
-- $1 username citext
select u.id, card_state(u.id) as state, u.username, u.first_name, u.last_name, u.time_zone,
  coalesce((
    select jsonb_agg(jsonb_build_object('id', t.id, 'title', t.title, 'slug', t.slug,
      'description', t.description, 'durationMinutes', t.duration_minutes) order by t.created_at, t.id)
    from meeting_types t
    where t.owner_id = u.id and t.is_active and t.archived_at is null and t.visibility = 'public'
  ), '[]') as meeting_types
from users u
where u.username = $1 and u.status = 'ACTIVE'
