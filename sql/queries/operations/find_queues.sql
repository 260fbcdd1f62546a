-- The state of the database and of what is promised, queue by queue. What is due is counted up to a hundred thousand, so
-- that an outage of days does not make looking at it dear.
-- $1 now timestamptz
with wrong as (
  select queue, count(*) as n, count(*) filter (where done_at > $1::timestamptz - interval '24 hours') as n_today
  from outbox where outcome = 'failed' group by queue
), troubled as (
  select queue, count(*) as n from outbox where done_at is null and last_error is not null group by queue
)
select q.queue, current_setting('server_version') as server_version, due.n::int as due, oldest.due_at as oldest_due_at,
  coalesce(troubled.n, 0)::int as retrying, coalesce(wrong.n, 0)::int as failed, coalesce(wrong.n_today, 0)::int as failed_today
from unnest(array['emails', 'sms', 'reminders', 'calendar-sync', 'webhooks']) with ordinality as q(queue, place)
  cross join lateral (
    select count(*) as n from (
      select from outbox where done_at is null and queue = q.queue and due_at <= $1 limit 100000) as found
  ) as due
  left join lateral (
    select o.due_at from outbox o where o.done_at is null and o.queue = q.queue and o.due_at <= $1 order by o.due_at, o.id limit 1
  ) as oldest on true
  left join wrong on wrong.queue = q.queue left join troubled on troubled.queue = q.queue
order by q.place
