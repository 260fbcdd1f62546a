-- What failed for good is promised again, as the same promise: whoever has had it can tell. What was put off is
-- due at once, unless it may be in somebody's hands: then it comes within a lease. Its day of usefulness begins anew.
-- $1 outboxId uuid
-- $2 actorId  uuid
-- $3 now      timestamptz
with again as (
  update outbox o set done_at = null, outcome = null, due_at = $3, created_at = $3
  where id = $1 and (outcome = 'failed' or (done_at is null and last_error is not null and due_at > $3::timestamptz + interval '2 minutes'))
    -- what was promised anew by another is kept by that one
    and not exists (select from outbox r where r.retry_of = o.id)
  returning id, queue, kind, case when done_at is null then 'retrying' else 'failed' end as state, booking_id, attendee_id,
    user_id, attempts, last_error, due_at, done_at, created_at
), noted as (
  insert into audit_log (action, actor_id, subject_id, metadata, created_at)
  select 'PROMISE_RETRIED', $2, booking_id, jsonb_build_object('promiseId', id, 'kind', kind), $3 from again
)
select * from again
