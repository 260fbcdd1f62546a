-- What a POST with this Idempotency-Key made the first time, and for which guest.
-- $1 scope text
-- $2 key   text
-- $3 now   timestamptz
select coalesce(a.booking_id, k.subject_id) as booking_id, a.id as attendee_id, k.fingerprint
from idempotency_keys k left join attendees a on a.id = k.subject_id
where k.scope = $1 and k.key = $2 and k.created_at >= $3::timestamptz - interval '24 hours'
