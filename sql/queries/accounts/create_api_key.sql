-- Make a key, where the plan has room. No row: its scope is admin and the user's role is not. Keys that were revoked
-- a quarter ago are let go of.
-- $1 id        uuid
-- $2 userId    uuid
-- $3 name      text
-- $4 prefix    text
-- $5 digest    text
-- $6 scope     text
-- $7 expiresAt timestamptz
-- $8 limits    jsonb
-- $9 now       timestamptz
with owner as (
  select id from users where id = $2 and ($6::text <> 'admin' or role = 'admin')
), roomy as materialized (
  select id, within_plan('apiKeys', id, null, $8) as yes from owner
), created as (
  insert into api_keys (id, user_id, name, prefix, digest, scope, expires_at, created_at)
  select $1, roomy.id, $3, $4, $5, $6, $7, $9 from roomy where yes
  returning *
), audited as (
  insert into audit_log (action, actor_id, subject_id, metadata, created_at)
  select 'API_KEY_CREATED', user_id, id, jsonb_build_object('scope', scope), $9 from created
), swept as (
  delete from api_keys where user_id = $2 and revoked_at < $9::timestamptz - interval '90 days'
)
select id, name, prefix, scope, expires_at, last_used_at, created_at from created
