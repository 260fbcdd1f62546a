-- Keep a connection with its calendars: a new one, or the same account once more, which is well again from here on. Of a
-- new one one calendar is checked, and written to where no other is. No row: the account is known by another id, or the
-- user is not active.
-- $1  id          uuid
-- $2  userId      uuid
-- $3  provider    text
-- $4  accountId   text
-- $5  account     text
-- $6  credentials text
-- $7  scopes      jsonb
-- $8  calendars   jsonb
-- $9  most        int4
-- $10 now         timestamptz
with was as materialized (
  select id from calendar_connections where id = $1
), admitted as materialized (
  select u.id as user_id, case when exists (select from was) then true else calendar_room('account', u.id, $9) end as is_admitted
  from users u where u.id = $2 and u.status = 'ACTIVE'
), kept as (
  insert into calendar_connections as c (id, user_id, provider, account_id, account, credentials, scopes, created_at, updated_at)
  select $1, user_id, $3, $4, $5, $6, $7, $10, $10 from admitted where is_admitted
  on conflict (user_id, provider, account_id) do update set account = excluded.account, credentials = excluded.credentials,
    scopes = excluded.scopes, status = 'ok', failing_since = null, last_error = null, told_at = null, renewing_until = null,
    version = c.version + 1
  where c.id = excluded.id
  returning c.id, c.user_id, c.version
), listed as materialized (
  select l.* from jsonb_to_recordset($8) as l("id" uuid, "externalId" text, "name" text, "timeZone" text, "isPrimary" boolean,
    "canWrite" boolean, "conferences" jsonb, "isPreferred" boolean)
), dropped as (
  delete from calendars c using kept
  where c.connection_id = kept.id and not exists (select from listed l where l."externalId" = c.external_id)
), stored as (
  insert into calendars as c (id, connection_id, user_id, external_id, name, time_zone, is_primary, can_write, conferences,
    checks_conflicts, is_destination, created_at, updated_at)
  select l.id, kept.id, kept.user_id, l."externalId", l.name, l."timeZone", l."isPrimary", l."canWrite", l.conferences,
    l."isPreferred" and kept.version = 1,
    l."isPreferred" and l."canWrite" and kept.version = 1
      and not exists (select from calendars d where d.user_id = kept.user_id and d.is_destination),
    $10, $10
  from kept cross join listed l
  on conflict (connection_id, external_id) do update set name = excluded.name, time_zone = excluded.time_zone,
    is_primary = excluded.is_primary, can_write = excluded.can_write, conferences = excluded.conferences,
    is_destination = c.is_destination and excluded.can_write, failing_since = null, last_error = null
  returning c.id, c.user_id, c.checks_conflicts, c.is_destination
), unread as (
  -- of one that comes back all that matters
  insert into outbox (id, queue, kind, subject_id, user_id, version, due_at, created_at)
  select gen_random_uuid(), 'calendar-sync', 'calendar.sync', s.id, s.user_id, 1, $10, $10 from stored s
  where (s.checks_conflicts or s.is_destination or exists (select from meeting_type_calendars m where m.calendar_id = s.id))
    and not exists (select from outbox o
      where o.queue = 'calendar-sync' and o.kind = 'calendar.sync' and o.subject_id = s.id and o.done_at is null)
  on conflict do nothing
), audited as (
  insert into audit_log (action, actor_id, subject_id, metadata, created_at)
  select case when version = 1 then 'CALENDAR_CONNECTED' else 'CALENDAR_RECONNECTED' end, user_id, id,
    jsonb_build_object('provider', $3::text), $10
  from kept
)
select id from kept
