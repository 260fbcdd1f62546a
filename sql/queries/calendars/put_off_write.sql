-- Another run has the lease: look again when it may have ended.
-- $1 outboxId uuid
-- $2 attempt  int4
-- $3 dueAt    timestamptz
update outbox set due_at = $3, taken_until = null where id = $1 and attempts = $2 and done_at is null
