-- How often what happened in a period and to how many users, the most frequent first; with each row what all types amount to.
-- $1 from  timestamptz
-- $2 until timestamptz
-- $3 limit int4
select event_type, sum(times)::int as count, count(user_id)::int as unique_users,
  (sum(sum(times)) over ())::int as total_events, (count(*) over ())::int as event_types
from (
  -- each user once: cheaper by far than count(distinct), which sorts every event
  select event_type, user_id, count(*) as times from analytics_events
  where created_at >= $1 and created_at <= $2
  group by event_type, user_id
) by_user
group by event_type
order by count desc, event_type
limit $3::int
