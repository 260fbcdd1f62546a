-- A connection lets us in no more: its owner is told, once, and what was to be read through it is no longer due. No row: that
-- is known already, or its credentials are others by now.
-- $1 id      uuid
-- $2 version int4
-- $3 error   text
-- $4 now     timestamptz
with noted as (
  update calendar_connections set status = 'needs_reauth', failing_since = coalesce(failing_since, $4), last_error = $3,
    told_at = $4, renewing_until = null
  where id = $1 and version = $2 and status <> 'needs_reauth'
  returning id, user_id, account,
    case provider when 'google' then 'Google' when 'microsoft' then 'Microsoft' when 'caldav' then 'CalDAV' else 'ICS' end as provider
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select gen_random_uuid(), user_id, 'CALENDAR_NEEDS_REAUTH', jsonb_build_object('provider', provider, 'account', account), $4
  from noted
), mailed as (
  insert into outbox (id, queue, kind, user_id, due_at, created_at)
  select gen_random_uuid(), 'emails', 'CALENDAR_NEEDS_REAUTH', user_id, $4, $4 from noted
), told as materialized (
  select promise_webhooks(user_id, null, 'calendar.needs_reauth', id, null, $4) as endpoints from noted
), stopped as (
  update outbox o set done_at = $4, outcome = 'superseded', last_error = 'needs_reauth'
  from noted join calendars c on c.connection_id = noted.id
  where o.queue = 'calendar-sync' and o.kind = 'calendar.sync' and o.subject_id = c.id and o.done_at is null
)
select id, (select endpoints from told) as endpoints from noted
