-- What is taken of a host between two instants, but for one booking, in order.
-- $1 hostId    uuid
-- $2 from      timestamptz
-- $3 until     timestamptz
-- $4 insteadOf uuid
select lower(reserved) as start, upper(reserved) as "end"
from reservations
where host_id = $1 and reserved && tstzrange($2, $3) and booking_id is distinct from $4
order by reserved
