-- A user leaves for good, by the password that was checked or a sign-in since a time: he is out and out of sight at once,
-- mail that he has confirmed asks to be forgotten as a guest's, too. What is his goes later. No row: it was not he.
-- $1 userId       uuid
-- $2 passwordHash text
-- $3 sessionId    uuid
-- $4 signedInFrom timestamptz
-- $5 erasureId    uuid
-- $6 outboxId     uuid
-- $7 now          timestamptz
with proven as materialized (
  select u.id, u.email, u.email_verified_at
  from users u join sessions s on s.user_id = u.id
  where u.id = $1 and s.id = $3 and u.password_hash is not distinct from $2::text and ($2 is not null or s.created_at >= $4)
    and admit_erasure(u.id)
), marked as (
  update users u set status = 'INACTIVE', role = 'member', erase_requested_at = $7
  from proven where u.id = proven.id and u.erase_requested_at is null
  returning u.id, u.email, u.email_verified_at
), sessions_ended as (
  update sessions s set revoked_at = $7 from marked where s.user_id = marked.id and s.revoked_at is null
), keys_ended as (
  update api_keys k set revoked_at = $7 from marked where k.user_id = marked.id and k.revoked_at is null
), asked as (
  insert into erasures (id, scope, email, requested_by, requested_at)
  select $5, 'address', email, id, $7 from marked where email_verified_at is not null
  on conflict (email) where scope = 'address' and completed_at is null do nothing
  returning id, email
), guests as (
  update attendees a set erasure_id = asked.id from asked
  where a.email = asked.email and a.erased_at is null and a.erasure_id is null
), left_behind as (
  delete from organization_members m using marked where m.user_id = marked.id returning m.organization_id
), promised as (
  insert into outbox (id, queue, kind, user_id, due_at) select $6, 'emails', 'ACCOUNT_ERASED', id, $7 from marked
), audited as (
  insert into audit_log (action, actor_id, subject_id, metadata, created_at)
  select 'USER_ERASURE_REQUESTED', id, id, '{}'::jsonb, $7::timestamptz from marked
  union all
  select 'ORG_MEMBER_LEFT', $1, organization_id, jsonb_build_object('userId', $1::uuid), $7 from left_behind
)
select id from marked
