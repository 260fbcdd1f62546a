-- The bookings of an organization's meeting types, the newest made first, for one of its admins; the latest of each type
-- first, so that an index gives them.
-- $1  organizationId uuid
-- $2  userId         uuid
-- $3  status         text
-- $4  from           timestamptz
-- $5  until          timestamptz
-- $6  meetingTypeId  uuid
-- $7  guestEmail     citext
-- $8  search         text
-- $9  at             timestamptz
-- $10 id             uuid
-- $11 limit          int4
select b.id, b.meeting_type_id, b.host_id, b.title, lower(b.during) as start, upper(b.during) as "end", b.status,
  b.host_zone, b.location, b.notes, b.version, b.sequence, b.cancelled_at, b.cancel_reason, b.created_at, b.updated_at,
  b.capacity, b.seats_taken, b.expires_at, b.tracking, b.host_notes,
  b.awaits_guest,
  (select jsonb_agg(jsonb_build_object('id', u.id, 'firstName', u.first_name, 'lastName', u.last_name,
      'email', u.email, 'timeZone', u.time_zone, 'locale', u.locale, 'noShow', h.no_show) order by u.id <> b.host_id, u.id)
    from booking_hosts h join users u on u.id = h.host_id where h.booking_id = b.id) as hosts,
  coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'email', a.email, 'phone', a.phone,
      'timeZone', a.time_zone, 'locale', a.locale, 'tokenVersion', a.token_version,
      'status', case when a.booking_id = b.id then a.status else 'CANCELLED' end,
      'answers', a.answers, 'noShow', a.no_show, 'broughtBy', a.brought_by, 'sequenceAhead', a.sequence_ahead)
      order by a.created_at, a.id)
    from attendees a where a.id = any (guests_of(b.id))), '[]') as attendees
from organizations o
join organization_members me on me.organization_id = o.id and me.user_id = $2 and me.role = 'admin'
join meeting_types t on t.organization_id = o.id
cross join lateral (
  select b.* from bookings b
  where b.meeting_type_id = t.id
    and ($3::text is null or b.status = $3)
    and ($4::timestamptz is null or upper(b.during) > $4)
    and ($5::timestamptz is null or lower(b.during) < $5)
    and ($7::citext is null or exists (select from attendees a where a.booking_id = b.id and a.email = $7))
    and ($8::text is null or position(lower($8) in lower(b.title)) > 0
      or exists (select from attendees a where a.booking_id = b.id and position(lower($8) in lower(a.name)) > 0))
    and ($9::timestamptz is null or (b.created_at, b.id) < ($9, $10))
  order by b.created_at desc, b.id desc
  limit $11::int4
) b
where o.id = $1 and o.deleted_at is null and ($6::uuid is null or t.id = $6)
order by b.created_at desc, b.id desc
limit $11::int4
