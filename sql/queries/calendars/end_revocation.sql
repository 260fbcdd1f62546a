-- What was set aside to be withdrawn at a provider goes, withdrawn or given up.
-- $1 outboxId uuid
-- $2 outcome  text
-- $3 error    text
-- $4 now      timestamptz
with closed as (
  update outbox set done_at = $4, outcome = $2, last_error = $3 where id = $1 and done_at is null
  returning subject_id
)
delete from calendar_revocations r using closed where r.id = closed.subject_id
