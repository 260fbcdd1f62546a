-- The administrator of a session that is still good.
-- $1 sessionId uuid
-- $2 now       timestamptz
select u.id
from sessions s join users u on u.id = s.user_id
where s.id = $1 and s.revoked_at is null and s.expires_at > $2 and u.status = 'ACTIVE' and u.role = 'admin'
