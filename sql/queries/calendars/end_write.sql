-- A run of a booking's event that has written nothing: there was nothing to write, it is put off, or it has failed for
-- good, of which the hosts are warned. Unless another run has begun since.
-- $1 outboxId uuid
-- $2 run       uuid
-- $3 bookingId uuid
-- $4 hostId    uuid
-- $5 kept      uuid[]
-- $6 outcome   text
-- $7 error     text
-- $8 dueAt     timestamptz
-- $9 version   int4
-- $10 release bool
-- $11 reason   text
-- $12 now      timestamptz
with waiting as (
  -- what may have been made is still to be found
  update calendar_runs set leased_until = $12::timestamptz
  where booking_id = $3 and host_id is not distinct from $4 and run = $2 and calendar_id is not null and $8::timestamptz is not null
  returning booking_id
), over as (
  delete from calendar_runs
  where booking_id = $3 and host_id is not distinct from $4 and run = $2
    and not (calendar_id is not null and $8::timestamptz is not null)
  returning booking_id
), ours as (
  select booking_id from waiting union all select booking_id from over
), seen as (
  -- what it shows already is as of this version
  update calendar_events e set version = $9::int4 from ours
  where e.booking_id = ours.booking_id and e.host_id = $4 and $6::text = 'superseded' and $9::int4 is not null
), closed as (
  update outbox o set taken_until = null, last_error = $7, due_at = coalesce($8::timestamptz, o.due_at),
    done_at = case when o.id <> $1 or $8::timestamptz is null then $12::timestamptz end,
    outcome = case when o.id <> $1 then 'superseded' when $8::timestamptz is null then $6::text end
  from ours where (o.id = $1 or o.id = any ($5::uuid[])) and o.done_at is null
  returning o.id
), released as (
  select release_mails($3, $12::timestamptz) from ours where $10::bool
), warned as (
  select warn_of_event($3, $4, $11::text, $12::timestamptz) from ours where $11::text is not null
)
select ours.booking_id as id, (select count(*) from released)::int + (select count(*) from warned)::int as done from ours
