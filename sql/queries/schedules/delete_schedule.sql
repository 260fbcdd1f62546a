-- Delete a schedule of this version, unless it is the default or a meeting type that takes bookings names it.
-- Archived types let go of it (foreign key).
-- $1 id      uuid
-- $2 version int4
with target as (
  select s.id, s.is_default or exists (
    select from meeting_types t where t.schedule_id = s.id and t.archived_at is null
  ) or exists (
    select from group_hosts g join meeting_types t on t.id = g.meeting_type_id
    where g.schedule_id = s.id and t.archived_at is null
  ) as is_used
  from schedules s where s.id = $1 and s.version = $2
  for update of s
), deleted as (
  delete from schedules where id = (select id from target where not is_used)
)
select is_used from target
