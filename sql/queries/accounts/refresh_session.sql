-- Begin a new generation of a session. The token before the present one changes nothing for a minute, since
-- two tabs may ask at once; an older one is a copy in other hands, or leaves one there: it ends the session.
-- $1 sessionId     uuid
-- $2 generation    int4
-- $3 expiresAt     timestamptz
-- $4 maxAgeSeconds int4
-- $5 now           timestamptz
with asked as (
  update sessions s set
    generation = s.generation + (s.generation = $2)::int,
    refreshed_at = case when s.generation = $2 then $5 else s.refreshed_at end,
    expires_at = case when s.generation = $2
      then least($3, s.created_at + make_interval(secs => $4::int4)) else s.expires_at end,
    last_used_at = $5,
    revoked_at = case when s.generation = $2
      or (s.generation = $2 + 1 and s.refreshed_at > $5 - interval '60 seconds') then null else $5 end
  from users u
  where s.id = $1 and s.revoked_at is null and s.expires_at > $5 and u.id = s.user_id and u.status = 'ACTIVE'
  returning s.id as session_id, s.user_id, s.generation, s.expires_at, s.revoked_at
), noted as (
  insert into audit_log (action, subject_id, metadata, created_at)
  select 'REFRESH_REUSED', user_id, jsonb_build_object('sessionId', session_id), $5
  from asked where revoked_at is not null
)
select asked.generation, asked.expires_at, asked.revoked_at, u.id, u.email, u.email_verified_at, u.username,
  u.first_name, u.last_name, u.role, u.plan, u.status, u.time_zone, u.locale, u.phone,
  u.notification_preferences, u.created_at, u.updated_at
from asked join users u on u.id = asked.user_id
