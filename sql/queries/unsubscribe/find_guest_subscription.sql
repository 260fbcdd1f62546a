-- Whether a guest gets all mails of the host whom he meets.
-- $1 attendeeId uuid
select a.email, a.locale, u.first_name, u.last_name,
  exists (select from opt_outs o where o.host_id = b.host_id and o.email = a.email) as is_opted_out
from attendees a join bookings b on b.id = a.booking_id join users u on u.id = b.host_id
where a.id = $1
