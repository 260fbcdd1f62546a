-- Change a user's role, plan or status, by an administrator or (null) by the machine's keeper. Another status ends his
-- sessions and keys, another role his keys of the scope admin: whichever way it changes, so that what was made while he
-- was being put out does not come back with him. No row: there is no such user, or none any more.
-- $1 userId  uuid
-- $2 actorId uuid
-- $3 change  jsonb
-- $4 now     timestamptz
with locked as materialized (
  select lock_user($1, $2, $3) as was
), changed as (
  update users u set role = coalesce($3::jsonb ->> 'role', u.role), plan = coalesce($3 ->> 'plan', u.plan),
    status = coalesce($3 ->> 'status', u.status)
  from locked where u.id = $1 and was is not null and u.erase_requested_at is null
  returning u.*, was
), field as (
  select f.action, was -> f.name as before, to_jsonb(changed) -> f.name as after, changed.id
  from changed, (values ('USER_ROLE_CHANGED', 'role'), ('USER_PLAN_CHANGED', 'plan'), ('USER_STATUS_CHANGED', 'status'))
    as f(action, name)
  where was -> f.name <> to_jsonb(changed) -> f.name
), signed_out as (
  update sessions s set revoked_at = $4 from field
  where field.action = 'USER_STATUS_CHANGED' and s.user_id = field.id and s.revoked_at is null
), keys as (
  update api_keys k set revoked_at = $4 from changed
  where k.user_id = changed.id and k.revoked_at is null
    and (was ->> 'status' <> changed.status or (k.scope = 'admin' and was ->> 'role' <> changed.role))
  returning k.id
), audited as (
  insert into audit_log (action, actor_id, subject_id, metadata, created_at)
  select action, $2, id, jsonb_build_object('before', before, 'after', after), $4 from field
  union all
  select 'API_KEY_REVOKED', $2, id, '{}', $4 from keys
)
select id, email, email_verified_at, username, first_name, last_name, role, plan, status, time_zone, locale,
  phone, notification_preferences, created_at, updated_at
from changed
