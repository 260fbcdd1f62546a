-- Link the identity of a code to the user who asked for it; none where it is somebody's already.
-- $1 codeHash   text
-- $2 userId     uuid
-- $3 identityId uuid
-- $4 auditId    uuid
-- $5 now        timestamptz
with taken as (
  delete from link_codes where code_hash = $1 and user_id = $2 and expires_at > $5
  returning user_id, provider, issuer, subject, email
), linked as (
  insert into identities (id, user_id, provider, issuer, subject, email, created_at)
  select $3, user_id, provider, issuer, subject, email, $5 from taken
  on conflict on constraint identities_key do nothing
  returning id, user_id, provider, email, created_at
), audit as (
  insert into audit_log (id, action, actor_id, subject_id, metadata, created_at)
  select $4, 'IDENTITY_LINKED', user_id, user_id,
    jsonb_build_object('identityId', id, 'provider', provider, 'by', 'settings'), $5
  from linked
)
select linked.id, linked.provider, linked.email, linked.created_at from taken left join linked using (user_id)
