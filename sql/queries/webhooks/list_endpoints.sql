-- A user's endpoints and those of organizations that he is an admin of, newest first.
-- $1 userId  uuid
-- $2 at      timestamptz
-- $3 id      uuid
-- $4 limit   int4
select id, organization_id, url, description, events, is_active, failing_since, disabled_at, disabled_reason, previous_secret_until,
  created_at, updated_at
from webhook_endpoints
where (owner_id = $1 or organization_id in (
    select m.organization_id from organization_members m join organizations o on o.id = m.organization_id
    where m.user_id = $1 and m.role = 'admin' and o.deleted_at is null))
  and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
order by created_at desc, id desc
limit $4::int4
