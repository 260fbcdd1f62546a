-- As what a user belongs to an organization.
-- $1 organizationId uuid
-- $2 userId         uuid
select m.role from organizations o join organization_members m on m.organization_id = o.id
where o.id = $1 and m.user_id = $2 and o.deleted_at is null
