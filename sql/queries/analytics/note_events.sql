-- Write what clients said happened; what was written before stays as it is.
-- $1 events jsonb
insert into analytics_events (id, user_id, event_type, metadata, created_at)
select e.id, e."userId", e."eventType", e.metadata, e."createdAt"
from jsonb_to_recordset($1)
  as e(id uuid, "userId" uuid, "eventType" text, metadata jsonb, "createdAt" timestamptz)
on conflict do nothing
