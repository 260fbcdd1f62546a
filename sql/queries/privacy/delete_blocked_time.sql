-- Delete some of the time that a user blocked for himself: no statistics count on it.
-- $1 userId uuid
-- $2 limit  int4
with mine as materialized (
  select id from bookings where host_id = $1 and meeting_type_id is null order by id limit $2::int4
), locked as materialized (
  select lock_hosts(array[$1::uuid]) from mine limit 1
), mails_gone as (
  delete from mailbox where id in (select o.id from outbox o join mine on mine.id = o.booking_id)
), notices_gone as (
  delete from notifications n using mine where n.metadata ->> 'bookingId' = mine.id::text
)
delete from bookings b using mine, locked where b.id = mine.id
returning b.id
