-- Have the calendars of a connection that matter read now. What is promised already is due now. No row: there is no such
-- connection; of one that no longer lets us in nothing is promised.
-- $1 userId       uuid
-- $2 connectionId uuid
-- $3 now          timestamptz
with connection as materialized (
  select id, status from calendar_connections where user_id = $1 and id = $2
), wanted as materialized (
  select c.id, c.user_id from calendars c join connection n on n.id = c.connection_id
  where n.status <> 'needs_reauth' and calendar_in_use(c.id)
), hastened as (
  -- not one that a worker has
  update outbox o set due_at = least(o.due_at, $3) from wanted w
  where o.queue = 'calendar-sync' and o.kind = 'calendar.sync' and o.subject_id = w.id and o.done_at is null
    and (o.taken_until is null or o.taken_until <= $3)
), promised as (
  insert into outbox (id, queue, kind, subject_id, user_id, version, due_at, created_at)
  select gen_random_uuid(), 'calendar-sync', 'calendar.sync', w.id, w.user_id, 1, $3, $3 from wanted w
  where not exists (select from outbox o
    where o.queue = 'calendar-sync' and o.kind = 'calendar.sync' and o.subject_id = w.id and o.done_at is null)
  on conflict do nothing
)
select status, (select count(*)::int from wanted) as calendars from connection
