-- Whose changes may change a type's free times: its own and its hosts'.
-- $1 meetingTypeId uuid
select t.id as meeting_type_id,
  array(select host_id from group_hosts where meeting_type_id = t.id union select t.owner_id) as host_ids
from meeting_types t join users u on u.id = t.owner_id and u.status = 'ACTIVE'
where t.id = $1 and t.archived_at is null
