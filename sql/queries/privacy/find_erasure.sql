-- How far it is with an erasure: guests are marked by it, and erased.
-- $1 id uuid
select e.id, e.scope, e.requested_at, e.completed_at,
  (select count(*)::int from attendees a where a.erasure_id = e.id) as guests,
  (select count(*)::int from attendees a where a.erasure_id = e.id and a.erased_at is not null) as erased
from erasures e where e.id = $1
