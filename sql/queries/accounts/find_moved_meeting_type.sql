-- Where a meeting type is now whose host or which itself had another name.
-- $1 username citext
-- $2 slug     citext
-- $3 now      timestamptz
select u.username, t.slug
from (
  select id from users where username = $1
  union all select user_id from former_usernames where username = $1 and held_until > $3
) owner
join users u on u.id = owner.id and u.status = 'ACTIVE'
join meeting_types t on t.owner_id = u.id and t.is_active and t.archived_at is null
where t.slug = $2
  or t.id = (select f.meeting_type_id from former_slugs f where f.owner_id = u.id and f.slug = $2 and f.held_until > $3)
