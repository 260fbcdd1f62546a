-- Delete a meeting type of this version, or archive it where bookings speak of it.
-- $1 id      uuid
-- $2 version int4
-- $3 now     timestamptz
with target as (
  select t.id, exists (select from bookings b where b.meeting_type_id = t.id) as is_booked
  from meeting_types t where t.id = $1 and t.version = $2
  for update of t
), archived as (
  update meeting_types set archived_at = $3, version = version + 1
  where id = (select id from target where is_booked)
), deleted as (
  delete from meeting_types where id = (select id from target where not is_booked)
)
select is_booked from target
