-- Unlink an identity, unless it is its user's last way in.
-- $1 userId     uuid
-- $2 identityId uuid
-- $3 auditId    uuid
-- $4 now        timestamptz
with unlinked as (
  delete from identities where id = $2 and user_id = $1 and may_unlink($1, $2)
  returning id, user_id, provider
), audit as (
  insert into audit_log (id, action, actor_id, subject_id, metadata, created_at)
  select $3, 'IDENTITY_UNLINKED', user_id, user_id, jsonb_build_object('identityId', id, 'provider', provider), $4
  from unlinked
)
select i.id, exists (select from unlinked) as is_unlinked from identities i where i.id = $2 and i.user_id = $1
