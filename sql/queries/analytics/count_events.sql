-- How often what happened since an instant, the most frequent first; before them one row of no type for all together.
-- $1 from  timestamptz
-- $2 limit int4
select case when grouping(event_type) = 0 then event_type end as event_type, count(*)::int as count,
  count(distinct user_id)::int as unique_users, count(distinct event_type)::int as event_types
from analytics_events
where created_at >= $1
group by grouping sets ((), (event_type))
order by grouping(event_type) desc, 2 desc, 1
limit $2::int
