-- One page of the links of a type that the user may change, newest first.
-- $1 userId        uuid
-- $2 meetingTypeId uuid
-- $3 at            timestamptz
-- $4 id            uuid
-- $5 limit         int4
select l.id, l.max_bookings, l.used, l.duration_minutes, l.expires_at, l.created_at, t.slug, u.username
from booking_links l join meeting_types t on t.id = l.meeting_type_id join users u on u.id = t.owner_id
where may_edit(t.organization_id, t.owner_id, $1) and t.id = $2 and ($3::timestamptz is null or (l.created_at, l.id) < ($3, $4))
order by l.created_at desc, l.id desc
limit $5::int
