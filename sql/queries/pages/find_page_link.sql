-- A link of this type, also one that books nothing any more.
-- $1 linkId        uuid
-- $2 meetingTypeId uuid
-- $3 now           timestamptz
select duration_minutes, used < max_bookings and (expires_at is null or expires_at > $3) as is_open
from booking_links
where id = $1 and meeting_type_id = $2
