-- What a type's free times depend on, but for the clock.
-- $1 meetingTypeId uuid
select availability_state(t.id) as state
from meeting_types t join users u on u.id = t.owner_id and u.status = 'ACTIVE'
where t.id = $1
