-- Note that a key is in use, once a minute at most; the audit log keeps its first use and each after a day of rest.
-- $1 keyId uuid
-- $2 now   timestamptz
with idle as (
  select id, user_id, last_used_at from api_keys
  where id = $1 and (last_used_at is null or last_used_at <= $2::timestamptz - interval '1 minute')
  for update
), noted as (
  update api_keys k set last_used_at = $2 from idle where k.id = idle.id
)
insert into audit_log (action, actor_id, subject_id, metadata, created_at)
select 'API_KEY_USED', user_id, id, jsonb_build_object('isFirst', last_used_at is null), $2
from idle where last_used_at is null or last_used_at <= $2::timestamptz - interval '1 day'
