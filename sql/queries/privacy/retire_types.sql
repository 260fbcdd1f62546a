-- Take a user's meeting types that have bookings out of use, and his words out of them; nobody is told by webhook any more.
-- $1 userId uuid
-- $2 now    timestamptz
with kept as materialized (
  select t.id from meeting_types t
  where t.owner_id = $1 and t.slug <> 'erased-' || right(t.id::text, 12)
    and exists (select from bookings b where b.meeting_type_id = t.id)
), endpoints_gone as (
  delete from webhook_endpoints where owner_id = $1
), links_gone as (
  delete from booking_links l using kept where l.meeting_type_id = kept.id
)
update meeting_types t set title = 'Meeting', slug = 'erased-' || right(t.id::text, 12), description = null,
  location_details = null, questions = '[]', policies = '{}', allowed_origins = null, is_active = false, archived_at = coalesce(t.archived_at, $2),
  version = t.version + 1
from kept where t.id = kept.id
returning t.id
