-- It is noted that an administrator looks into the machinery.
-- $1 sessionId uuid
-- $2 userId    uuid
-- $3 now       timestamptz
insert into audit_log (action, actor_id, subject_id, metadata, created_at)
values ('ADMIN_SESSION_OPENED', $2, $2, jsonb_build_object('sessionId', $1::uuid), $3)
