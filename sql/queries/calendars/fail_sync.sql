-- A run has ended without its last page: the calendar fails, and is looked at again later. Once nothing but failures has
-- come back for long, its connection is said to be so and its owner is told, once.
-- $1  calendarId     uuid
-- $2  runId          uuid
-- $3  outboxId       uuid
-- $4  attempt        int4
-- $5  status         text
-- $6  error          text
-- $7  dueAt          timestamptz
-- $8  throttledUntil timestamptz
-- $9  staleSince     timestamptz
-- $10 provider       text
-- $11 now            timestamptz
with run as (
  select c.id, c.user_id, c.connection_id, c.when_unreachable, c.failing_since
  from calendars c where c.id = $1 and c.run_id = $2
  for update
), promise as (
  select o.id, o.created_at from outbox o, run where o.id = $3 and o.attempts = $4 and o.done_at is null
), failing as (
  -- to be asked for patience is no failure, unless it has no end
  select run.*, coalesce(run.failing_since, case when $8::timestamptz is null then $11::timestamptz
    when promise.created_at <= $9 then promise.created_at end) as since
  from run left join promise on true
), noted as (
  update calendars c set failing_since = f.since, last_error = case when f.since is not null then $6 end, run_id = null
  from failing f where c.id = f.id
), was as (
  -- one after the other, so that the owner is told once
  select n.id, n.account, n.status, f.user_id, f.when_unreachable, f.since,
    n.status = 'ok' and f.since <= $9 as is_news
  from failing f join calendar_connections n on n.id = f.connection_id
  where $8::timestamptz is not null or f.since <= $9
  for update of n
), connection as (
  update calendar_connections n set throttled_until = coalesce($8, n.throttled_until),
    status = case when w.is_news then $5 else n.status end,
    failing_since = case when w.is_news then coalesce(n.failing_since, w.since) else n.failing_since end,
    last_error = case when w.is_news then $6 else n.last_error end,
    told_at = case when w.is_news then $11 else n.told_at end
  from was w where n.id = w.id
), told as (
  select w.user_id,
    jsonb_build_object('connectionId', w.id, 'provider', $10::text, 'account', w.account, 'meanwhile', w.when_unreachable) as facts
  from was w where w.is_news
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select gen_random_uuid(), user_id, 'CALENDAR_UNREACHABLE', facts, $11 from told
), mailed as (
  insert into outbox (id, queue, kind, user_id, due_at, created_at)
  select gen_random_uuid(), 'emails', 'CALENDAR_UNREACHABLE', user_id, $11::timestamptz, $11::timestamptz from told
)
update outbox o set due_at = greatest($7, $8), taken_until = null, last_error = $6
from promise p where o.id = p.id
returning o.id
