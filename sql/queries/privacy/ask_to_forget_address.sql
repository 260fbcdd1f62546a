-- An administrator asks for whoever had this address as a guest to be forgotten; the one that is under way where there is one.
-- $1 erasureId uuid
-- $2 email     citext
-- $3 actorId   uuid
-- $4 now       timestamptz
with asked as (
  insert into erasures as e (id, scope, email, requested_by, requested_at) values ($1, 'address', $2, $3, $4)
  on conflict (email) where scope = 'address' and completed_at is null do update set requested_by = e.requested_by
  returning id, email, requested_at, completed_at
), marked as (
  update attendees a set erasure_id = asked.id from asked
  where a.email = asked.email and a.erased_at is null and a.erasure_id is null
  returning a.id
), audited as (
  insert into audit_log (action, actor_id, subject_id, created_at) select 'GUEST_ERASURE_REQUESTED', $3, id, $4 from asked
)
select id, requested_at, completed_at from asked
