-- What a host is asked about his event of a booking; none where he is not asked.
-- $1 bookingId uuid
-- $2 hostId    uuid
select drift, incarnation, lower(drifted_to) as start, upper(drifted_to) as "end"
from calendar_events where booking_id = $1 and host_id = $2 and drift is not null
