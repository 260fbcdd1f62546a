-- Forget some of the guests of a user's own meetings: nobody is left who had a reason to know them.
-- $1 userId uuid
-- $2 now    timestamptz
-- $3 limit  int4
with mine as materialized (
  select b.id from bookings b join meeting_types t on t.id = b.meeting_type_id
  where b.host_id = $1 and t.organization_id is null and (b.forgotten_at is null or b.title <> t.title)
  order by b.id limit $3::int4
)
select cardinality(ids) as found, forget_guests(array(
  select a.id from attendees a where a.booking_id = any (ids) and a.erased_at is null), ids, $2) as forgotten
from (select array(select id from mine) as ids) as all_mine
where cardinality(ids) > 0
