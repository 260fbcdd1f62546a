-- Write down that an event is about to be made, by the run that has the lease.
-- $1 bookingId   uuid
-- $2 hostId      uuid
-- $3 run         uuid
-- $4 calendarId  uuid
-- $5 incarnation int4
update calendar_runs set calendar_id = $4, incarnation = $5
where booking_id = $1 and host_id = $2 and run = $3
returning booking_id as id
