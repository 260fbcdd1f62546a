-- Make accounts of people who had one elsewhere, each with a default schedule and a trace of it; nobody is written to. Who
-- is there already stays as he is. Says of each what stands in the way, and whether he was made.
-- $1 people   jsonb
-- $2 isDryRun bool
-- $3 now      timestamptz
with given as materialized (
  select * from jsonb_to_recordset($1) as g (
    item int, id uuid, email citext, username citext, "passwordHash" text, "firstName" text, "lastName" text,
    "timeZone" text, locale text, "isVerified" boolean, "scheduleId" uuid, "auditId" uuid
  )
), judged as materialized (
  select g.*,
    exists (select from users u where u.email = g.email) as is_there,
    -- As the triggers judge, by their clock: one of them would refuse the whole statement.
    exists (
      select from email_changes c
      where c.email = g.email and c.undone_at is null and c.was_verified and c.held_until > now()
    ) as is_held,
    exists (select from users u where u.username = g.username)
      or exists (select from former_usernames f where f.username = g.username and f.held_until > now()) as is_taken
  from given g
), person as (
  insert into users (id, email, email_verified_at, username, password_hash, first_name, last_name, time_zone, locale,
    created_at, updated_at)
  select id, email, case when "isVerified" then $3::timestamptz end, username, "passwordHash", "firstName", "lastName",
    "timeZone", locale, $3, $3
  from judged
  where not ($2 or is_there or is_held or is_taken)
  -- In one order for everybody, so that two imports never wait for each other.
  order by email
  on conflict do nothing
  returning id
), made as (
  select judged.* from person join judged using (id)
), schedule as (
  insert into schedules (id, user_id, name, time_zone, is_default)
  select "scheduleId", id, 'Working hours', "timeZone", true from made
), hours as (
  insert into schedule_hours (schedule_id, position, weekday, opens, closes)
  select "scheduleId", day.position - 1, day.weekday, '09:00', '17:00'
  from made, unnest(array['monday', 'tuesday', 'wednesday', 'thursday', 'friday'])
    with ordinality as day(weekday, position)
), audit as (
  insert into audit_log (id, action, subject_id, metadata, created_at)
  select "auditId", 'USER_IMPORTED', id, jsonb_build_object('hasPassword', "passwordHash" is not null), $3 from made
)
select item, is_there, is_held, is_taken, person.id is not null as is_made
from judged left join person using (id)
order by item
