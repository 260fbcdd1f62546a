-- Guests who are to be forgotten and have a meeting ahead, the soonest first.
-- $1 now   timestamptz
-- $2 limit int4
select a.booking_id, a.id as attendee_id
from attendees a join bookings b on b.id = a.booking_id
where a.erasure_id is not null and a.erased_at is null and a.brought_by is null and a.status = 'ACTIVE'
  and b.status in ('PENDING', 'CONFIRMED') and lower(b.during) > $1 and (b.expires_at is null or b.expires_at > $1)
order by lower(b.during), a.id
limit $2::int4
