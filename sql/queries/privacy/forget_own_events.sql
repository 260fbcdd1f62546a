-- Take a user out of some of his events; what they counted stays.
-- $1 userId uuid
-- $2 limit  int4
with mine as materialized (
  select created_at, id from analytics_events where user_id = $1 order by created_at, id limit $2::int4
)
update analytics_events v set user_id = null, metadata = coalesce((
  select jsonb_object_agg(key, value) from jsonb_each(v.metadata)
  where key in ('bookingId', 'meetingTypeId', 'durationHours', 'organizationId')), '{}')
from mine where v.created_at = mine.created_at and v.id = mine.id
returning v.id
