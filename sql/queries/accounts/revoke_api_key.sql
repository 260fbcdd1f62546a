-- End a key for good.
-- $1 userId uuid
-- $2 id     uuid
-- $3 now    timestamptz
with revoked as (
  update api_keys set revoked_at = $3 where user_id = $1 and id = $2 and revoked_at is null
  returning id, user_id
), audited as (
  insert into audit_log (action, actor_id, subject_id, created_at)
  select 'API_KEY_REVOKED', user_id, id, $3 from revoked
)
select id from revoked
