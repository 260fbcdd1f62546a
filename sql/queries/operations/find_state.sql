-- The state of the database and of what is promised.
-- $1 now timestamptz
select current_setting('server_version') as server_version, sum(due.n)::int as due_promises, min(due.oldest) as oldest_due_at
from unnest(array['emails', 'sms', 'reminders', 'calendar-sync', 'webhooks']) as q(queue), lateral (
  select count(*) as n, min(due_at) as oldest from outbox where done_at is null and queue = q.queue and due_at <= $1
) as due
