-- What meeting types' free times depend on, but for the clock.
-- $1 ids uuid[]
select t.id, availability_state(t.id) as state
from meeting_types t join users u on u.id = t.owner_id and u.status = 'ACTIVE'
where t.id = any ($1)
