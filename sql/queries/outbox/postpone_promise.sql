-- It did not work now: try again later.
-- $1 outboxId uuid
-- $2 attempt  int4
-- $3 dueAt    timestamptz
-- $4 error    text
update outbox set due_at = $3, last_error = $4
where id = $1 and attempts = $2 and done_at is null
