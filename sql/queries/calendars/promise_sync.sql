-- Have the calendars of a connection that matter read now; one that is being read is read once more. No row: there is no
-- such connection; of one that no longer lets us in nothing is promised.
-- $1 userId       uuid
-- $2 connectionId uuid
-- $3 now          timestamptz
with connection as materialized (
  select id, status from calendar_connections where user_id = $1 and id = $2
)
select status, promise_sync(
  array(select c.id from calendars c where c.connection_id = connection.id and calendar_in_use(c.id)), $3) as calendars
from connection
