-- Take channels that are of no more use, for the length of a lease; those that have ended by themselves are forgotten.
-- $1 now        timestamptz
-- $2 leaseUntil timestamptz
-- $3 limit      int4
with ended as (
  delete from calendar_channels where expires_at <= $1
), due as (
  select id from calendar_channels where close_at <= $1 and expires_at > $1
  order by close_at limit $3::int4 for update skip locked
)
update calendar_channels h set close_at = $2
from due, calendars c join calendar_connections n on n.id = c.connection_id
where h.id = due.id and c.id = h.calendar_id
returning h.id, h.external_id, h.resource_id, n.id as connection_id, n.provider
