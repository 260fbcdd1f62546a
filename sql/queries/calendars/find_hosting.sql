-- Whether a user sees a meeting type, and whether he is one of its hosts. No row: there is none for him.
-- $1 userId        uuid
-- $2 meetingTypeId uuid
select exists (select from group_hosts h where h.meeting_type_id = t.id and h.host_id = $1) as is_host
from meeting_types t
where t.id = $2 and (t.organization_id is null and t.owner_id = $1 or exists (
  select from organizations o join organization_members m on m.organization_id = o.id
  where o.id = t.organization_id and m.user_id = $1 and o.deleted_at is null))
