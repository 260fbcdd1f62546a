-- Change a member who still is at this version: an admin his role, unless he is the owner; he himself whether he can be named
-- as a host. No row: the actor does not belong to the organization.
-- $1 organizationId uuid
-- $2 actorId        uuid
-- $3 userId         uuid
-- $4 version        int4
-- $5 role           text
-- $6 canHost        bool
-- $7 now            timestamptz
with place as materialized (
  select o.id, o.owner_id, m.role from organizations o join organization_members m on m.organization_id = o.id
  where o.id = $1 and m.user_id = $2 and o.deleted_at is null
  for no key update of o, m
), changed as (
  update organization_members m set role = coalesce($5, m.role), can_host = coalesce($6, m.can_host),
    consent_version = m.consent_version + (m.can_host and $6 is false)::int, version = m.version + 1
  from place
  where m.organization_id = place.id and m.user_id = $3 and m.version = $4
    and ($5::text is null or place.role = 'admin' and place.owner_id <> $3)
    and ($6::bool is null or m.user_id = $2)
  returning m.id, m.organization_id, m.user_id, m.role, m.can_host
), audited as (
  insert into audit_log (action, actor_id, subject_id, metadata, created_at)
  select 'ORG_ROLE_CHANGED', $2::uuid, organization_id, jsonb_build_object('userId', user_id, 'role', role), $7::timestamptz
  from changed where $5 is not null
  union all
  select case when can_host then 'ORG_HOST_AGREED' else 'ORG_HOST_WITHDREW' end, $2, organization_id,
    jsonb_build_object('userId', user_id), $7
  from changed where $6 is not null
)
select place.role, place.owner_id, changed.id is not null as is_done from place left join changed on true
