-- Its owner gives an organization that still is at this version another name. No row: he does not belong to it.
-- $1 id      uuid
-- $2 actorId uuid
-- $3 version int4
-- $4 name    text
-- $5 now     timestamptz
with place as materialized (
  select o.id, o.owner_id, o.version from organizations o join organization_members m on m.organization_id = o.id
  where o.id = $1 and m.user_id = $2 and o.deleted_at is null
  for no key update of o
), changed as (
  update organizations o set name = $4, version = o.version + 1
  from place where o.id = place.id and place.owner_id = $2 and place.version = $3
  returning o.id
), audited as (
  insert into audit_log (action, actor_id, subject_id, created_at) select 'ORG_RENAMED', $2, id, $5 from changed
)
select place.owner_id = $2 as is_owner, changed.id is not null as is_done from place left join changed on true
