-- One meeting type as its booking page needs it. A secret one is found by who knows its slug.
-- $1 username citext
-- $2 slug     citext
select t.id, t.title, t.slug, t.description, t.duration_minutes, t.duration_options, t.location_type,
  t.minimum_notice_minutes, t.horizon, t.questions, t.capacity, t.requires_confirmation,
  u.username, u.first_name, u.last_name, u.time_zone
from meeting_types t join users u on u.id = t.owner_id
where u.username = $1 and t.slug = $2 and u.status = 'ACTIVE' and t.is_active and t.archived_at is null
