-- Forget guests who asked for it, once nothing lies ahead of them and everybody has been told, or a day has passed.
-- $1 now   timestamptz
-- $2 limit int4
with ready as materialized (
  select a.id
  from attendees a join erasures e on e.id = a.erasure_id join bookings b on b.id = a.booking_id
  where a.erased_at is null
    and not (a.brought_by is null and a.status = 'ACTIVE' and b.status in ('PENDING', 'CONFIRMED') and lower(b.during) > $1
      and (b.expires_at is null or b.expires_at > $1))
    and (e.requested_at <= $1 - interval '24 hours' or not exists (
      select from outbox o where o.booking_id = a.booking_id and o.done_at is null and o.queue <> 'reminders'))
  order by a.id limit $2::int4
)
select cardinality(ids) as found, forget_guests(ids, '{}', $1) as forgotten
from (select array(select id from ready) as ids) as all_ready
where cardinality(ids) > 0
