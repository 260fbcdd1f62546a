-- End a session.
-- $1 sessionId uuid
-- $2 now       timestamptz
update sessions set revoked_at = coalesce(revoked_at, $2) where id = $1
