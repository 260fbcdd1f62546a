-- An SMS is about to be handed over: from now on it may have been sent. No row: another dispatch counts by now.
-- $1 outboxId uuid
-- $2 attempt  int4
-- $3 now      timestamptz
update outbox set in_flight_since = coalesce(in_flight_since, $3), launched_at = $3
where id = $1 and attempts = $2 and done_at is null
returning id
