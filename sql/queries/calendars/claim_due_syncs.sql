-- Take promises about calendars that are due, for the length of a lease: of each host as many as his lane has room for, as
-- providers count by mailbox. What is to be written goes before what is to be read, and who is throttled is left alone.
-- $1 now        timestamptz
-- $2 leaseUntil timestamptz
-- $3 lane       int4
-- $4 limit      int4
with recursive pending(lane) as (
  -- each host who waits for something, by one look into outbox_calendar_lanes
  (select coalesce(user_id, subject_id) from outbox where queue = 'calendar-sync' and done_at is null
    order by coalesce(user_id, subject_id) limit 1)
  union all
  select (
    select coalesce(o.user_id, o.subject_id) from outbox o
    where o.queue = 'calendar-sync' and o.done_at is null and coalesce(o.user_id, o.subject_id) > p.lane
    order by coalesce(o.user_id, o.subject_id) limit 1)
  from pending p where p.lane is not null
), lane as (
  select p.lane as id, $3::int4 - (
    select count(*) from outbox t
    where coalesce(t.user_id, t.subject_id) = p.lane and t.queue = 'calendar-sync' and t.done_at is null
      and t.taken_until is not null and t.taken_until > $1) as room
  from pending p where p.lane is not null
), due as (
  select next.id from lane cross join lateral (
    select o.id, o.kind, o.due_at from outbox o
    where coalesce(o.user_id, o.subject_id) = lane.id and o.queue = 'calendar-sync' and o.done_at is null and o.due_at <= $1
      and (o.kind <> 'calendar.sync' or not exists (
        select from calendars c join calendar_connections n on n.id = c.connection_id
        where c.id = o.subject_id and n.throttled_until > $1))
    order by o.kind desc, o.due_at, o.id
    limit greatest(lane.room, 0)
  ) next
  order by next.kind desc, next.due_at, next.id
  limit $4::int4
), free as (
  select o.id, o.kind, o.due_at from outbox o
  where o.id = any (array(select id from due)) and o.done_at is null and o.due_at <= $1
  for update skip locked
), claimed as (
  update outbox o set due_at = $2, taken_until = $2, attempts = attempts + 1
  from free where o.id = free.id
  returning o.id, o.attempts, free.kind, free.due_at
)
select id, attempts from claimed order by kind desc, due_at, id
