-- Coming meetings with a host who does not take them any more: he is not active, or no host of the organization whose type it
-- is. The soonest first, of each one such host; not while the type's owner is about to be replaced, who decides with the others.
-- $1 now   timestamptz
-- $2 limit int4
with gone as (
  select r.booking_id, r.host_id from users u join reservations r on r.host_id = u.id and r.reserved && tstzrange($1, null)
  where u.status <> 'ACTIVE' and r.booking_id is not null
  union
  select h.booking_id, h.host_id
  from meeting_types t join bookings b on b.meeting_type_id = t.id and lower(b.during) > $1
  join booking_hosts h on h.booking_id = b.id
  where t.organization_id is not null and b.status in ('PENDING', 'CONFIRMED') and not exists (
    select from organization_members m join organizations o on o.id = m.organization_id
    where m.organization_id = t.organization_id and m.user_id = h.host_id and m.can_host and o.deleted_at is null)
)
select distinct on (lower(b.during), b.id) b.id as booking_id, gone.host_id
from gone join bookings b on b.id = gone.booking_id join meeting_types t on t.id = b.meeting_type_id
where lower(b.during) > $1
  and (b.status = 'CONFIRMED' or b.status = 'PENDING' and (b.expires_at is null or b.expires_at > $1))
  and not is_orphaned(t.organization_id, t.owner_id)
order by lower(b.during), b.id, gone.host_id
limit $2::int4
