-- Its owner hands an organization of this version over to a member. No row: he does not belong to it; no target: it is
-- nobody who could take it.
-- $1 id      uuid
-- $2 actorId uuid
-- $3 version int4
-- $4 userId  uuid
-- $5 notices jsonb
-- $6 now     timestamptz
with place as materialized (
  -- the organization first, then its members: in the order of everybody who changes them
  select o.id, o.owner_id, o.version from organizations o join organization_members m on m.organization_id = o.id
  where o.id = $1 and m.user_id = $2 and o.deleted_at is null
  for no key update of o
), target as materialized (
  select t.id, t.user_id from place join organization_members t on t.organization_id = place.id and t.user_id = $4
  join users u on u.id = t.user_id and u.status = 'ACTIVE'
  where place.owner_id = $2 and t.user_id <> $2
  for no key update of t
), changed as (
  update organizations o set owner_id = target.user_id, version = o.version + 1
  from place, target where o.id = place.id and place.version = $3
  returning o.id, o.owner_id
), raised as (
  update organization_members m set role = 'admin', version = m.version + 1
  from changed, target where m.id = target.id and m.role <> 'admin'
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select n.id, n."userId", n.type, n.metadata, $6
  from changed, jsonb_to_recordset($5)
    as n(id uuid, "userId" uuid, type text, metadata jsonb)
), audited as (
  insert into audit_log (action, actor_id, subject_id, metadata, created_at)
  select 'ORG_TRANSFERRED', $2, id, jsonb_build_object('userId', owner_id), $6 from changed
)
select place.owner_id = $2 as is_owner, exists (select from target) as has_target, changed.id is not null as is_done
from place left join changed on true
