-- Begin to withdraw at the provider what a connection has left there, if this dispatch is still the one that counts.
-- $1 outboxId   uuid
-- $2 attempt    int4
-- $3 leaseUntil timestamptz
with renewed as (
  update outbox set due_at = $3 where id = $1 and attempts = $2 and done_at is null
  returning subject_id, created_at
)
select o.created_at, r.id, r.provider, r.account_id, r.credentials, r.channels,
  -- withdrawing ends every grant of the account, also that of another connection to it
  exists (select from calendar_connections c where c.provider = r.provider and c.account_id = r.account_id) as is_connected
from renewed o left join calendar_revocations r on r.id = o.subject_id
