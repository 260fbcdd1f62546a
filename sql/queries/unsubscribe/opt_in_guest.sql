-- A guest wants all mails of a host again; again changes nothing. No row: there is no such guest.
-- $1 attendeeId uuid
with guest as (
  select b.host_id, a.email from attendees a join bookings b on b.id = a.booking_id where a.id = $1
), opted_in as (
  delete from opt_outs o using guest where o.host_id = guest.host_id and o.email = guest.email
)
select host_id from guest
