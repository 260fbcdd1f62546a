-- Forget the guests of meetings that ended before a time.
-- $1 before timestamptz
-- $2 limit  int4
-- $3 now    timestamptz
with ended as materialized (
  select id from bookings
  where forgotten_at is null and meeting_type_id is not null and upper(during) < $1
  order by upper(during) limit $2::int4
), forgotten as materialized (
  select forget_guests(array(select a.id from attendees a join ended on ended.id = a.booking_id where a.erased_at is null),
    array(select id from ended), $3)
  where exists (select from ended)
)
select 1 as one from ended, (select count(*) from forgotten) as done
