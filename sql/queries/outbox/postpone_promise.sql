-- It did not work now: try again later; where it may have worked, with the same provider.
-- $1 outboxId    uuid
-- $2 attempt     int4
-- $3 dueAt       timestamptz
-- $4 error       text
-- $5 inDoubtWith text
update outbox set due_at = $3, last_error = $4,
  in_doubt = in_doubt + ($5::text is not null)::int, in_doubt_with = coalesce($5, in_doubt_with)
where id = $1 and attempts = $2 and done_at is null
