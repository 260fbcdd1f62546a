-- Link a new identity to the account of its address, if that address was confirmed here too.
-- $1 identityId uuid
-- $2 provider   text
-- $3 issuer     text
-- $4 subject    text
-- $5 email      citext
-- $6 auditId    uuid
-- $7 now        timestamptz
with linked as (
  insert into identities (id, user_id, provider, issuer, subject, email, created_at)
  select $1, id, $2, $3, $4, email, $7 from users
  where email = $5 and email_verified_at is not null and status = 'ACTIVE'
  on conflict on constraint identities_key do nothing
  returning id, user_id, provider
), audit as (
  insert into audit_log (id, action, actor_id, subject_id, metadata, created_at)
  select $6, 'IDENTITY_LINKED', user_id, user_id,
    jsonb_build_object('identityId', id, 'provider', provider, 'by', 'address'), $7
  from linked
)
select user_id from linked
