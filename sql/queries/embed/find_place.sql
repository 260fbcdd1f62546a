-- Where a meeting type is booked, and the origins whose pages may show it. Null is any.
-- $1 meetingTypeId uuid
select u.username, t.slug, origins_of(t.id) as origins
from meeting_types t join users u on u.id = t.owner_id
where t.id = $1
