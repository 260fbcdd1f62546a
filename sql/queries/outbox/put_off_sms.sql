-- An SMS is tried again later; whether it may have been sent already is remembered.
-- $1 outboxId  uuid
-- $2 attempt   int4
-- $3 dueAt     timestamptz
-- $4 error     text
-- $5 isInDoubt bool
update outbox set due_at = $3, last_error = $4, in_flight_since = case when $5 then in_flight_since end,
  launched_at = case when $5 then launched_at end
where id = $1 and attempts = $2 and done_at is null
