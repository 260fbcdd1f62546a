-- End every session of a user.
-- $1 userId uuid
-- $2 now    timestamptz
with ended as (
  update sessions set revoked_at = $2 where user_id = $1 and revoked_at is null returning expires_at
)
insert into audit_log (action, actor_id, subject_id, metadata, created_at)
select 'SESSIONS_REVOKED', $1, $1, jsonb_build_object('sessions', count(*) filter (where expires_at > $2)), $2 from ended
