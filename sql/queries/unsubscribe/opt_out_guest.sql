-- A guest wants no more of a host's mails than his bookings need; again changes nothing. No row: there is no such guest.
-- $1 attendeeId uuid
-- $2 now        timestamptz
with guest as (
  select b.host_id, a.email from attendees a join bookings b on b.id = a.booking_id where a.id = $1
), opted_out as (
  insert into opt_outs (host_id, email, created_at) select host_id, email, $2 from guest
  on conflict do nothing
)
select host_id from guest
