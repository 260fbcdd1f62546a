-- Note that a sign-in failed; of an unknown address nothing but the fact.
-- $1 eventId uuid
-- $2 userId  uuid
-- $3 now     timestamptz
insert into analytics_events (id, user_id, event_type, created_at) values ($1, $2, 'LOGIN_FAILED', $3)
