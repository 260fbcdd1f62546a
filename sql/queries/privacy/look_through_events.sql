-- Empty what clients said of the address of an open erasure, some thousands of events at a time, and note how far that is.
-- $1 now   timestamptz
-- $2 limit int4
with erasure as materialized (
  select id, email, requested_at, events_until, events_until_id from erasures
  where completed_at is null and not are_events_done order by requested_at, id limit 1
  for update skip locked
), part as materialized (
  select v.created_at, v.id, v.metadata, erasure.email from erasure join lateral (
    select created_at, id, metadata from analytics_events
    where (created_at, id) > (coalesce(erasure.events_until, '-infinity'),
        coalesce(erasure.events_until_id, '00000000-0000-0000-0000-000000000000'))
      and created_at <= $1
    order by created_at, id limit $2::int4) v on true
), emptied as (
  update analytics_events v set metadata = '{}' from part
  where v.created_at = part.created_at and v.id = part.id
    and strpos(lower(part.metadata::text), lower(part.email::text)) > 0
), last as (
  select created_at, id from part order by created_at desc, id desc limit 1
)
update erasures e set events_until = coalesce((select created_at from last), e.events_until),
  events_until_id = coalesce((select id from last), e.events_until_id),
  are_events_done = (select count(*) from part) < $2
from erasure where e.id = erasure.id
returning e.id
