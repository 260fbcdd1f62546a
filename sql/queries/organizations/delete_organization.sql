-- Its owner deletes an organization: at once it is gone for everybody, its types are archived, its members free. Meetings
-- that lie ahead stand in the way unless forced; a worker cancels them then. No row: the actor does not belong to it.
-- $1 id      uuid
-- $2 actorId uuid
-- $3 force   bool
-- $4 now     timestamptz
with place as materialized (
  select o.id, o.owner_id from organizations o join organization_members m on m.organization_id = o.id
  where o.id = $1 and m.user_id = $2 and o.deleted_at is null
  for no key update of o
), used as materialized (
  select place.id, is_organization_in_use(place.id, $4) as is_in_use from place where place.owner_id = $2
), gone as (
  update organizations o set deleted_at = $4, version = o.version + 1
  from used where o.id = used.id and ($3 or not used.is_in_use)
  returning o.id
), archived as (
  update meeting_types t set archived_at = $4, version = t.version + 1
  from gone where t.organization_id = gone.id and t.archived_at is null
), members as (
  delete from organization_members m using gone where m.organization_id = gone.id
), invitations as (
  delete from organization_invitations i using gone where i.organization_id = gone.id
), audited as (
  insert into audit_log (action, actor_id, subject_id, metadata, created_at)
  select 'ORG_DELETED', $2, gone.id, jsonb_build_object('force', $3), $4 from gone
)
select place.owner_id = $2 as is_owner, gone.id is not null as is_done from place left join gone on true
