-- Set a new password if the old one is still the one that was checked; who had none must have signed in since
-- a time. Every other session ends, and the user is told.
-- $1 userId      uuid
-- $2 oldHash     text
-- $3 newHash     text
-- $4 sessionId   uuid
-- $5 signedInFrom timestamptz
-- $6 outboxId    uuid
-- $7 now         timestamptz
with changed as (
  update users u set password_hash = $3, password_version = password_version + 1
  from sessions s
  where u.id = $1 and s.id = $4 and s.user_id = u.id and u.password_hash is not distinct from $2::text
    and ($2 is not null or s.created_at >= $5)
  returning u.id
), ended as (
  update sessions s set revoked_at = $7
  from changed where s.user_id = changed.id and s.id <> $4 and s.revoked_at is null
), told as (
  insert into outbox (id, queue, kind, user_id, due_at) select $6, 'emails', 'PASSWORD_CHANGED', id, $7 from changed
), noted as (
  insert into audit_log (action, actor_id, subject_id, created_at) select 'PASSWORD_CHANGED', id, id, $7 from changed
)
select id from changed
