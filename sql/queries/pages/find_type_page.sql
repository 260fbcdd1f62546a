-- Where a meeting type is booked, while it is.
-- $1 meetingTypeId uuid
select u.username, t.slug
from meeting_types t join users u on u.id = t.owner_id
where t.id = $1 and t.is_active and t.archived_at is null and u.status = 'ACTIVE'
