-- Set a new password by a link that hangs on the old one's version and on the address. Every session ends, the
-- address is proven, the user is told, and where it was done he may sign in whoever else guesses.
-- $1 userId     uuid
-- $2 version    int4
-- $3 email      citext
-- $4 newHash    text
-- $5 addressMac text
-- $6 outboxId   uuid
-- $7 now        timestamptz
with changed as (
  update users set password_hash = $4, password_version = password_version + 1,
    email_verified_at = coalesce(email_verified_at, $7)
  where id = $1 and password_version = $2 and email = $3 and status = 'ACTIVE'
  returning id
), ended as (
  update sessions s set revoked_at = $7 from changed where s.user_id = changed.id and s.revoked_at is null
), origin as (
  insert into sign_in_origins (user_id, origin, seen_at)
  select id, origin_of(id, $5), $7 from changed where $5::text is not null
  on conflict (user_id, origin) do update set seen_at = excluded.seen_at
), told as (
  insert into outbox (id, queue, kind, user_id, due_at) select $6, 'emails', 'PASSWORD_CHANGED', id, $7 from changed
), noted as (
  insert into audit_log (action, subject_id, created_at) select 'PASSWORD_RESET', id, $7 from changed
)
select id from changed
