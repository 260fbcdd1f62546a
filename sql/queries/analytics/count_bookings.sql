-- What became of the bookings made in a period, by group; before the groups all together.
-- $1 userId         uuid
-- $2 meetingTypeId  uuid
-- $3 from           timestamptz
-- $4 until          timestamptz
-- $5 groupBy        text
-- $6 edges          jsonb
-- $7 limit          int4
-- $8 organizationId uuid
with edges as (
  select array(select edge::timestamptz from jsonb_array_elements_text($6) with ordinality as e(edge, n) order by n) as at
), mine as (
  -- Whose bookings he may see counted: those that he organises, and all of his own meeting types; of an
  -- organization that he administers, all of its types.
  select id, meeting_type_id, host_id, during, status, created_at from bookings
  where $8::uuid is null and host_id = $1 and created_at >= $3 and created_at < $4 and ($2::uuid is null or meeting_type_id = $2)
  union
  select b.id, b.meeting_type_id, b.host_id, b.during, b.status, b.created_at
  from meeting_types t join bookings b on b.meeting_type_id = t.id
  where ($8::uuid is null and t.owner_id = $1 or t.organization_id = $8) and b.created_at >= $3 and b.created_at < $4 and ($2::uuid is null or t.id = $2)
), counted as (
  select status, extract(epoch from lower(during) - created_at) / 60 as lead_minutes,
    exists (select from booking_history h where h.booking_id = mine.id and h.event = 'rescheduled') as is_moved,
    case $5 when 'meetingType' then meeting_type_id::text when 'host' then host_id::text
      else width_bucket(created_at, edges.at)::text end as key
  from mine, edges
), groups as (
  select grouping(key) = 1 as is_total, key, count(*)::int as booked,
    (count(*) filter (where status = 'CANCELLED'))::int as cancelled,
    (count(*) filter (where is_moved))::int as rescheduled,
    (count(*) filter (where status = 'NO_SHOW'))::int as no_show,
    (percentile_cont(0.5) within group (order by lead_minutes))::int as median_lead_minutes
  from counted
  group by grouping sets ((), (key))
)
select is_total, key, booked, cancelled, rescheduled, no_show, median_lead_minutes,
  case $5 when 'meetingType' then (select title from meeting_types where id = key::uuid)
    when 'host' then (select concat_ws(' ', first_name, last_name) from users where id = key::uuid) end as name
from groups
order by is_total desc, booked desc, key
limit $7::int
