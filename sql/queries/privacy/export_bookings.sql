-- Some of the bookings that a user is a host of, with their guests and what was, for his export.
-- $1 userId uuid
-- $2 after  text
-- $3 limit  int4
select b.id::text as key, to_jsonb(b) - 'during' - 'forgotten_at' || jsonb_build_object('start', lower(b.during), 'end', upper(b.during),
  'hosts', (select jsonb_agg(to_jsonb(x) - 'booking_id' order by x.host_id) from booking_hosts x where x.booking_id = b.id),
  'attendees', coalesce((select jsonb_agg(to_jsonb(a) - 'booking_id' - 'token_version' - 'erasure_id' order by a.created_at, a.id)
    from attendees a where a.booking_id = b.id), '[]'),
  'history', coalesce((select jsonb_agg(to_jsonb(e) - 'booking_id' order by e.version, e.created_at)
    from booking_history e where e.booking_id = b.id), '[]')) as entry
from booking_hosts h join bookings b on b.id = h.booking_id
where h.host_id = $1 and h.booking_id > coalesce($2::text::uuid, '00000000-0000-0000-0000-000000000000') order by h.booking_id limit $3::int4
