-- Types of organizations whose owner has gone pass to the organization's owner, who is told; with another slug where he has
-- that one.
-- $1 now   timestamptz
-- $2 limit int4
with orphan as materialized (
  select t.id, t.slug, t.title, t.organization_id, t.owner_id, t.archived_at, o.owner_id as heir
  from meeting_types t join organizations o on o.id = t.organization_id
  where is_orphaned(t.organization_id, t.owner_id)
  order by t.id limit $2::int4
  for no key update of t skip locked
), named as (
  select orphan.*, row_number() over (partition by heir, slug order by archived_at nulls first, id) > 1 or exists (
    select from meeting_types s where s.owner_id = orphan.heir and s.slug = orphan.slug and s.archived_at is null) as is_taken
  from orphan
), passed as (
  update meeting_types t set owner_id = named.heir, schedule_id = null, version = t.version + 1,
    slug = case when named.is_taken then left(t.slug::text, 51) || '-' || right(t.id::text, 12) else t.slug::text end
  from named where t.id = named.id
  returning t.id, t.title, t.owner_id, t.organization_id, t.archived_at
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select gen_random_uuid(), owner_id, 'MEETING_TYPE_PASSED',
    jsonb_build_object('meetingTypeId', id, 'organizationId', organization_id, 'title', title), $1
  from passed where archived_at is null
), audited as (
  insert into audit_log (action, subject_id, metadata, created_at)
  select 'MEETING_TYPE_PASSED', id, jsonb_build_object('userId', owner_id, 'organizationId', organization_id), $1 from passed
)
select id from passed
