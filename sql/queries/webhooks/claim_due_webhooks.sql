-- Take webhooks that are due, for the length of a lease: of each endpoint as many as its lane has room for, so that one
-- that does not answer holds up nobody else. What is told of one booking goes one after the other; only what waits for
-- another try is overtaken.
-- $1 now        timestamptz
-- $2 leaseUntil timestamptz
-- $3 lane       int4
-- $4 limit      int4
with recursive pending(endpoint_id) as (
  -- each endpoint that waits for something, by one look into outbox_lanes
  (select endpoint_id from outbox where queue = 'webhooks' and done_at is null order by endpoint_id limit 1)
  union all
  select (
    select o.endpoint_id from outbox o
    where o.queue = 'webhooks' and o.done_at is null and o.endpoint_id > p.endpoint_id order by o.endpoint_id limit 1)
  from pending p where p.endpoint_id is not null
), lane as (
  select e.id, case when e.failing_since is null then $3 else 1 end - (
    select count(*) from outbox t
    where t.endpoint_id = e.id and t.queue = 'webhooks' and t.done_at is null
      and t.taken_until is not null and t.taken_until > $1) as room
  from pending p join webhook_endpoints e on e.id = p.endpoint_id
), due as (
  select next.id from lane cross join lateral (
    select o.id, o.due_at from outbox o
    where o.endpoint_id = lane.id and o.queue = 'webhooks' and o.done_at is null and o.due_at <= $1
      and (o.booking_id is null or not exists (
        select from outbox p
        where p.booking_id = o.booking_id and p.endpoint_id = o.endpoint_id and p.queue = 'webhooks' and p.done_at is null
          and p.booking_id is not null and p.version < o.version and (p.due_at <= $1 or p.taken_until > $1)))
    order by o.due_at, o.id
    limit greatest(lane.room, 0)
  ) next
  order by next.due_at, next.id
  limit $4::int4
), free as (
  select o.id, o.due_at from outbox o
  where o.id = any (array(select id from due)) and o.done_at is null and o.due_at <= $1
  for update skip locked
), claimed as (
  update outbox o set due_at = $2, taken_until = $2, attempts = attempts + 1
  from free where o.id = free.id
  returning o.id, o.attempts, free.due_at
)
select id, attempts from claimed order by due_at, id
