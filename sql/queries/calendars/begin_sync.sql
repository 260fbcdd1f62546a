-- Begin to look at a calendar: from now on the pages of this run count, and no other's. No row: another dispatch counts by
-- now, its provider wants to be left alone for a while, or nobody wants it looked at.
-- $1 outboxId   uuid
-- $2 attempt    int4
-- $3 runId      uuid
-- $4 leaseUntil timestamptz
-- $5 now        timestamptz
with promise as (
  select o.id as outbox_id, o.created_at as promised_at, c.id, n.throttled_until,
    n.status <> 'needs_reauth' and is_calendar_wanted(c.id, $5) as is_wanted
  from outbox o left join calendars c on c.id = o.subject_id left join calendar_connections n on n.id = c.connection_id
  where o.id = $1 and o.attempts = $2 and o.done_at is null
), run as (
  update calendars c set run_id = $3
  from promise p join calendars own on own.id = p.id join calendar_connections n on n.id = own.connection_id
  where c.id = p.id and p.is_wanted and coalesce(p.throttled_until <= $5, true)
  returning c.id, c.user_id, c.time_zone, c.external_id, c.cursor, c.synced, c.quiet_runs, c.failing_since, n.id as connection_id, n.provider,
    n.version as connection_version
), held as (
  update outbox o set due_at = $4, taken_until = $4
  from run where o.id = $1 and o.attempts = $2 and o.done_at is null
  returning o.version
), put_off as (
  update outbox o set due_at = p.throttled_until, taken_until = null
  from promise p where o.id = p.outbox_id and o.attempts = $2 and o.done_at is null and p.is_wanted and p.throttled_until > $5
), dropped as (
  delete from outbox o using promise p where o.id = p.outbox_id and o.attempts = $2 and p.is_wanted is not true
)
select run.id, run.external_id, coalesce(run.time_zone, (select u.time_zone from users u where u.id = run.user_id)) as time_zone,
  run.cursor, lower(run.synced) as synced_from, upper(run.synced) as synced_until, run.quiet_runs,
  run.failing_since, run.connection_id, run.connection_version, run.provider, held.version as promise_version,
  -- how far ahead anybody can book him; without an end: null
  (select case when bool_or(t.horizon ->> 'kind' = 'unlimited') then null else coalesce(max(case t.horizon ->> 'kind'
      when 'range' then (t.horizon ->> 'until')::date - $5::timestamptz::date
      when 'businessDays' then ceil((t.horizon ->> 'days')::int * 1.4) + 4
      else (t.horizon ->> 'days')::int end), 0)::int end
    from group_hosts g join meeting_types t on t.id = g.meeting_type_id
    where g.host_id = run.user_id and t.archived_at is null) as horizon_days
from run join held on true
