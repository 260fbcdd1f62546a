-- Give an account back to its former address: with it go later changes, every session and API key, the
-- password with the links that hang on it, and identities of providers. The address gets a link to set a new one.
-- $1 changeId uuid
-- $2 outboxId uuid
-- $3 now      timestamptz
with undone as (
  update email_changes set undone_at = $3 where id = $1 and undone_at is null and was_verified
  returning id, user_id, email, created_at
), later as (
  update email_changes c set undone_at = $3 from undone
  where c.user_id = undone.user_id and c.id <> undone.id and c.created_at >= undone.created_at and c.undone_at is null
), restored as (
  update users u set email = undone.email, email_verified_at = $3, password_hash = null,
    password_version = password_version + 1
  from undone where u.id = undone.user_id
  returning u.id
), ended as (
  update sessions s set revoked_at = $3 from restored where s.user_id = restored.id and s.revoked_at is null
), keys as (
  update api_keys k set revoked_at = $3 from restored where k.user_id = restored.id and k.revoked_at is null
), identities_gone as (
  delete from identities i using restored where i.user_id = restored.id
), codes as (
  delete from exchange_codes c using restored where c.user_id = restored.id
), strangers as (
  delete from sign_in_origins o using restored where o.user_id = restored.id
), mail as (
  insert into outbox (id, queue, kind, user_id, due_at)
  select $2, 'emails', 'PASSWORD_RESET', id, $3 from restored
), noted as (
  insert into audit_log (action, subject_id, metadata, created_at)
  select 'EMAIL_CHANGE_UNDONE', restored.id, jsonb_build_object('changeId', undone.id), $3 from restored, undone
)
select id from restored
