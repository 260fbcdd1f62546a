-- A member says by the link of his mail that he can be named as a host. Again changes nothing.
-- $1 memberId       uuid
-- $2 consentVersion int4
-- $3 now            timestamptz
with agreed as (
  update organization_members m set can_host = true, version = m.version + 1
  from organizations o
  where o.id = m.organization_id and o.deleted_at is null and m.id = $1 and m.consent_version = $2 and not m.can_host
  returning m.organization_id, m.user_id
), audited as (
  insert into audit_log (action, actor_id, subject_id, metadata, created_at)
  select 'ORG_HOST_AGREED', user_id, organization_id, jsonb_build_object('userId', user_id), $3 from agreed
)
select user_id from agreed
