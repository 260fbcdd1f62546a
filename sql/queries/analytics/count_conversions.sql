-- How often somebody opened the widget of an owner's or an organization's meeting types in a period, and booked them; all together, then by group.
-- $1 userId         uuid
-- $2 meetingTypeId  uuid
-- $3 from           timestamptz
-- $4 until          timestamptz
-- $5 groupBy        text
-- $6 edges          jsonb
-- $7 organizationId uuid
with edges as (
  select array(select edge::timestamptz from jsonb_array_elements_text($6) with ordinality as e(edge, n) order by n) as at
), told as (
  select e.event_type,
    case $5 when 'meetingType' then t.id::text else width_bucket(e.created_at, edges.at)::text end as key
  from edges, meeting_types t join analytics_events e on e.metadata ->> 'meetingTypeId' = t.id::text
  where ($7::uuid is null and t.owner_id = $1 or t.organization_id = $7) and ($2::uuid is null or t.id = $2)
    and e.created_at >= $3 and e.created_at < $4 and e.event_type in ('WIDGET_OPENED', 'BOOKING_CREATED')
)
select grouping(key) = 1 as is_total, key,
  case $5 when 'meetingType' then (select title from meeting_types where id = key::uuid) end as name,
  (count(*) filter (where event_type = 'WIDGET_OPENED'))::int as opened,
  (count(*) filter (where event_type = 'BOOKING_CREATED'))::int as booked
from told
group by grouping sets ((), (key))
