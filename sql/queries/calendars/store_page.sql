-- Keep a page of what has changed in a calendar: each resource that it names is replaced as a whole. With the last one come
-- the cursor and the end of the promise, unless more was pushed meanwhile; where everything was listed, what no page has
-- named is gone. No row: another run counts by now.
-- $1  calendarId     uuid
-- $2  runId          uuid
-- $3  outboxId       uuid
-- $4  attempt        int4
-- $5  promiseVersion int4
-- $6  resources      jsonb
-- $7  isFull         bool
-- $8  isFirst        bool
-- $9  isLast         bool
-- $10 cursor         text
-- $11 windowFrom     timestamptz
-- $12 windowUntil    timestamptz
-- $13 quietRuns      int4
-- $14 leaseUntil     timestamptz
-- $15 pollAt         timestamptz
-- $16 pollAtIfPushed timestamptz
-- $17 now            timestamptz
with run as (
  select c.id, c.user_id, c.connection_id, c.keeps_titles, c.generation + ($7 and $8)::int as generation
  from calendars c where c.id = $1 and c.run_id = $2
  for update
), given as materialized (
  select g."externalId" as external_id, g.etag, g."isGone" as is_gone, tstzrange(g.start, g."end") as during, g.busy,
    g."isOurs" or e.booking_id is not null as is_own
  from run cross join jsonb_to_recordset($6)
      as g("externalId" text, etag text, "isGone" bool, "isOurs" bool, start timestamptz, "end" timestamptz, busy jsonb)
    left join calendar_events e on e.calendar_id = run.id and e.external_id = g."externalId"
), taken as (
  select distinct on (g.external_id, s.during) g.external_id, s.during, s.kind, s.title
  from given g cross join lateral (
    select tstzrange(b.start, b."end") as during, b.kind, b.title
    from jsonb_to_recordset(g.busy) as b(start timestamptz, "end" timestamptz, kind text, title text)
    where b.start < b."end"
  ) as s
  where not g.is_gone and not g.is_own
  order by g.external_id, s.during, s.kind
), replaced as (
  delete from external_busy b using given g
  where b.calendar_id = $1 and b.external_id = g.external_id
    and not exists (select from taken t where t.external_id = b.external_id and t.during = b.during)
), swept as (
  delete from external_busy b using run
  where $7 and $9 and b.calendar_id = run.id and b.generation < run.generation
    and not exists (select from given g where g.external_id = b.external_id)
), kept as (
  insert into external_busy as b (calendar_id, external_id, host_id, during, kind, title, generation, created_at)
  select run.id, t.external_id, run.user_id, t.during, t.kind, case when run.keeps_titles then t.title end, run.generation, $17
  from run cross join taken t
  on conflict (calendar_id, external_id, during)
  do update set kind = excluded.kind, title = excluded.title, generation = excluded.generation
  where (b.kind, b.title, b.generation) is distinct from (excluded.kind, excluded.title, excluded.generation)
), seen as (
  select e.booking_id, e.host_id, g.is_gone, g.during, g.etag, run.generation
  from run cross join given g join calendar_events e on e.calendar_id = run.id and e.external_id = g.external_id
  union all
  select e.booking_id, e.host_id, true, null, null, e.seen_generation
  from run join calendar_events e on e.calendar_id = run.id
  where $7 and $9 and e.seen_generation < run.generation and upper(e.during) > $17 and e.during && tstzrange($11, $12)
    and not exists (select from given g where g.external_id = e.external_id)
), judged as (
  -- what shows the booking as it stands has not drifted, whoever wrote it
  select s.booking_id, s.host_id, s.generation, case when s.is_gone then 'deleted'
    when s.during <> e.during and s.during <> b.during and s.etag is distinct from e.etag then 'moved' end as drift,
    s.during as drifted_to
  from seen s join calendar_events e on e.booking_id = s.booking_id and e.host_id = s.host_id
    join bookings b on b.id = s.booking_id and b.status in ('PENDING', 'CONFIRMED') and upper(b.during) > $17
    join booking_hosts h on h.booking_id = s.booking_id and h.host_id = s.host_id
), drifted as (
  update calendar_events e set seen_generation = j.generation, drift = j.drift,
    drifted_to = case when j.drift = 'moved' then j.drifted_to end,
    drifted_at = case when j.drift is null then null
      when e.drift = j.drift and e.drifted_to is not distinct from case when j.drift = 'moved' then j.drifted_to end then e.drifted_at
      else $17::timestamptz end
  from judged j where e.booking_id = j.booking_id and e.host_id = j.host_id
), stored as (
  update calendars c set generation = run.generation, cursor = case when $9 then $10 else c.cursor end,
    synced = case when $7 and $9 then tstzrange($11, $12) else c.synced end,
    synced_at = case when $9 then $17 else c.synced_at end,
    failing_since = case when $9 then null else c.failing_since end, last_error = case when $9 then null else c.last_error end,
    quiet_runs = case when $9 then $13 else c.quiet_runs end, run_id = case when $9 then null else c.run_id end,
    poll_at = case when not $9 then c.poll_at
      when exists (select from calendar_channels h where h.calendar_id = c.id and h.close_at is null and h.expires_at > $17) then $16
      else $15 end
  from run where c.id = run.id
), promise as (
  select o.id, $9 and o.version = $5 as is_kept from outbox o, run
  where o.id = $3 and o.attempts = $4 and o.done_at is null
  for update of o
), done as (
  delete from outbox o using promise p where o.id = p.id and p.is_kept
), goes_on as (
  update outbox o set due_at = case when $9 then $17 else $14 end, taken_until = case when not $9 then $14::timestamptz end,
    last_error = null
  from promise p where o.id = p.id and not p.is_kept
)
select generation from run
