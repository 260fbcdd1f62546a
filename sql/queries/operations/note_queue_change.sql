-- It is noted that an administrator is about to change a queue by hand.
-- $1 userId uuid
-- $2 method text
-- $3 path   text
-- $4 now    timestamptz
insert into audit_log (action, actor_id, metadata, created_at)
values ('QUEUE_CHANGED', $1, jsonb_build_object('method', $2::text, 'path', $3::text), $4)
