-- The user of a session that is still good, for a token of its generation or, for a minute more, of the one
-- before. Once a minute it is noted that the session is in use; no request waits for another to note it.
-- $1 sessionId  uuid
-- $2 generation int4
-- $3 now        timestamptz
with good as (
  select s.id, s.user_id, s.last_used_at from sessions s
  where s.id = $1 and s.revoked_at is null and s.expires_at > $3
    and (s.generation = $2 or (s.generation = $2 + 1 and s.refreshed_at > $3 - interval '60 seconds'))
), used as (
  update sessions set last_used_at = $3
  where id = (
    select s.id from sessions s join good using (id)
    where good.last_used_at <= $3 - interval '1 minute'
    for update of s skip locked
  )
)
select u.id, u.email, u.email_verified_at, u.username, u.first_name, u.last_name, u.role, u.plan, u.status,
  u.time_zone, u.locale, u.phone, u.notification_preferences, u.created_at, u.updated_at
from good join users u on u.id = good.user_id
