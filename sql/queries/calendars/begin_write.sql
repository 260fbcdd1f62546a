-- Begin to keep the promise of a calendar event, if this dispatch is still the one that counts: as the only run of its
-- booking and host, where no other one has the lease.
-- $1 outboxId   uuid
-- $2 attempt    int4
-- $3 run        uuid
-- $4 leaseUntil timestamptz
-- $5 now        timestamptz
with renewed as (
  update outbox set due_at = $4, taken_until = $4
  where id = $1 and attempts = $2 and done_at is null and booking_id is not null
  returning booking_id, case when subject_id is null then user_id end as host_id, created_at
), leased as (
  insert into calendar_runs as r (booking_id, host_id, run, leased_until)
  select booking_id, host_id, $3::uuid, $4::timestamptz from renewed
  on conflict (booking_id, host_id) do update set run = excluded.run, leased_until = excluded.leased_until
    where r.leased_until <= $5
  returning run
)
select booking_id, host_id, created_at, exists (select from leased) as is_ours from renewed
