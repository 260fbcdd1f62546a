-- Some of the bookings in which the confirmed address of a user is a guest's, for his export.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select a.id::text as key, to_jsonb(a) - 'token_version' - 'erasure_id' || jsonb_build_object('title', b.title, 'start', lower(b.during),
  'end', upper(b.during), 'booking_status', b.status) as entry
from users u join attendees a on a.email = u.email join bookings b on b.id = a.booking_id
where u.id = $1 and u.email_verified_at is not null and ($2::text is null or a.id > $2::uuid) order by a.id limit $3::int4
