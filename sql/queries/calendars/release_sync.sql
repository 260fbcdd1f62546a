-- Give a promise back whose run counts no more, so that it is kept anew at once: its owner has chosen otherwise meanwhile.
-- Where another run has the calendar nothing is to be given back.
-- $1 outboxId uuid
-- $2 attempt  int4
-- $3 now      timestamptz
update outbox o set due_at = $3, taken_until = null
from calendars c
where o.id = $1 and o.attempts = $2 and o.done_at is null and c.id = o.subject_id and c.run_id is null
returning o.id
