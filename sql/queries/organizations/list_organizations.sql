-- One page of the organizations that a user belongs to, the newest first.
-- $1 userId uuid
-- $2 at     timestamptz
-- $3 id     uuid
-- $4 limit  int4
select o.id, o.name, o.owner_id, o.version, o.created_at, o.updated_at, m.role
from organization_members m join organizations o on o.id = m.organization_id
where m.user_id = $1 and o.deleted_at is null and ($2::timestamptz is null or (o.created_at, o.id) < ($2, $3))
order by o.created_at desc, o.id desc
limit $4::int4
