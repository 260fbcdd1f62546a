-- Meetings that are over are completed. Their reservations stay: hosts' caps count them.
-- $1 now   timestamptz
-- $2 limit int4
with due as (
  select id from bookings where status = 'CONFIRMED' and upper(during) <= $1
  order by upper(during) limit $2::int4 for update skip locked
), booking as (
  update bookings b set status = 'COMPLETED', version = version + 1
  from due where b.id = due.id
  returning b.id, b.version
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, was, created_at)
  select id, version, 'completed', 'system', '{"status": "CONFIRMED"}', $1 from booking
)
select id from booking
