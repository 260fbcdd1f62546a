-- migrate:up
-- Who joins or leaves a meeting touches no reservation, and yet changes what is offered: its seats.
create function seats_changed() returns trigger language plpgsql as $$
begin
  perform raise_availability(array(select host_id from booking_hosts where booking_id = new.id));
  return null;
end $$;
create trigger availability_by_seats after update of seats_taken on bookings
  for each row when (old.seats_taken is distinct from new.seats_taken) execute function seats_changed();

-- migrate:down
drop trigger availability_by_seats on bookings;
drop function seats_changed();
