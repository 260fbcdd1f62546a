-- Take bookings of this address or domain again.
-- $1 userId uuid
-- $2 id     uuid
delete from blocked_guests where user_id = $1 and id = $2 returning id
