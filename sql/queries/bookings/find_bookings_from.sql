-- A host's coming bookings by guests of one mailbox or one domain (and those below it), the soonest first. Not those that
-- guests share: the others have done nothing.
-- $1 hostId uuid
-- $2 email  citext
-- $3 domain text
-- $4 now    timestamptz
-- $5 limit  int4
select b.id
from reservations r
join bookings b on b.id = r.booking_id
where r.host_id = $1 and r.reserved && tstzrange($4, null) and (r.expires_at is null or r.expires_at > $4)
  and b.capacity = 1 and lower(b.during) > $4
  and exists (
    select from attendees a
    where a.booking_id = b.id and a.status = 'ACTIVE' and a.brought_by is null
      and case when $2::citext is null
        then domain_of(a.email) = lower($3::text) or right(domain_of(a.email), length($3) + 1) = '.' || lower($3)
        else mailbox_of(a.email) = mailbox_of($2) end)
order by lower(b.during), b.id
limit $5::int4
