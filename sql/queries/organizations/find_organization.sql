-- An organization that a user belongs to, as what, with the first of its members.
-- $1 id           uuid
-- $2 userId       uuid
-- $3 membersLimit int4
select o.id, o.name, o.owner_id, o.version, o.created_at, o.updated_at, m.role,
  (select count(*)::int4 from organization_members where organization_id = o.id) as member_count,
  (select jsonb_agg(to_jsonb(first) - 'created_at' order by first.created_at, first.id) from (
    select c.id, c.created_at, c.user_id as "userId", u.first_name as "firstName", u.last_name as "lastName", u.email,
      u.email_verified_at is not null as "emailVerified", c.role, c.can_host as "canHost", c.version,
      floor(extract(epoch from c.created_at) * 1000) as "joinedAt"
    from organization_members c join users u on u.id = c.user_id
    where c.organization_id = o.id order by c.created_at, c.id limit $3::int4) first) as members
from organizations o join organization_members m on m.organization_id = o.id
where o.id = $1 and m.user_id = $2 and o.deleted_at is null
