-- What meeting types' free times depend on, but for the clock; many at once, each by its index.
-- $1 items jsonb
with asked as materialized (
  select item, "meetingTypeId" as id from jsonb_to_recordset($1) as w(item int, "meetingTypeId" uuid)
), found as materialized (
  select each.id, t.state
  from (select distinct id from asked) each, lateral (
    select availability_state(t.id) as state
    from meeting_types t join users u on u.id = t.owner_id and u.status = 'ACTIVE'
    where t.id = each.id limit 1
  ) t
)
select item, state from asked join found using (id)
