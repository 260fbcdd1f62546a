-- Note what a client says happened.
-- $1 id        uuid
-- $2 userId    uuid
-- $3 eventType text
-- $4 metadata  jsonb
-- $5 now       timestamptz
insert into analytics_events (id, user_id, event_type, metadata, created_at) values ($1, $2, $3, $4, $5)
