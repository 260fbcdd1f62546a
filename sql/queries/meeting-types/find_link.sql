-- A link of a type that the user may change.
-- $1 userId        uuid
-- $2 meetingTypeId uuid
-- $3 id            uuid
select l.id, l.max_bookings, l.used, l.duration_minutes, l.expires_at, l.created_at, t.slug, u.username
from booking_links l join meeting_types t on t.id = l.meeting_type_id join users u on u.id = t.owner_id
where may_edit(t.organization_id, t.owner_id, $1) and t.id = $2 and l.id = $3
