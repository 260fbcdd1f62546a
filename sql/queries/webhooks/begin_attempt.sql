-- Write down that a webhook is about to be sent.
-- $1 outboxId uuid
-- $2 attempt  int4
-- $3 request  text
-- $4 now      timestamptz
insert into webhook_attempts (outbox_id, attempt, request, started_at) values ($1, $2, $3, $4)
