-- How many users anything happened to in a period.
-- $1 from  timestamptz
-- $2 until timestamptz
select count(*)::int as unique_users
from (
  select distinct user_id from analytics_events
  where created_at >= $1 and created_at <= $2 and user_id is not null
) users
