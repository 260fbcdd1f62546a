-- Set a new password if the old one is still the one that was checked; every other session ends.
-- $1 userId    uuid
-- $2 oldHash   text
-- $3 newHash   text
-- $4 sessionId uuid
-- $5 now       timestamptz
with changed as (
  update users set password_hash = $3, password_version = password_version + 1
  where id = $1 and password_hash = $2
  returning id
), ended as (
  update sessions s set revoked_at = $5
  from changed where s.user_id = changed.id and s.id <> $4 and s.revoked_at is null
)
select id from changed
