-- End one session of a user that is still good.
-- $1 userId    uuid
-- $2 sessionId uuid
-- $3 now       timestamptz
with ended as (
  update sessions set revoked_at = $3
  where id = $2 and user_id = $1 and revoked_at is null and expires_at > $3
  returning id
), noted as (
  insert into audit_log (action, actor_id, subject_id, metadata, created_at)
  select 'SESSIONS_REVOKED', $1, $1, jsonb_build_object('sessionId', id), $3 from ended
)
select id from ended
