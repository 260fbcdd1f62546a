-- A host's bookings, the newest made first: ids are UUIDv7, so an index has them in that order.
-- $1 hostId        uuid
-- $2 status        text
-- $3 from          timestamptz
-- $4 until         timestamptz
-- $5 meetingTypeId uuid
-- $6 guestEmail    citext
-- $7 search        text
-- $8 beforeId      uuid
-- $9 limit         int4
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
from booking_hosts mine
join bookings b on b.id = mine.booking_id
where mine.host_id = $1
  and ($2::text is null or b.status = $2)
  and ($3::timestamptz is null or upper(b.during) > $3)
  and ($4::timestamptz is null or lower(b.during) < $4)
  and ($5::uuid is null or b.meeting_type_id = $5)
  and ($6::citext is null or exists (select from attendees a where a.booking_id = b.id and a.email = $6))
  and ($7::text is null or position(lower($7) in lower(b.title)) > 0
    or exists (select from attendees a where a.booking_id = b.id and position(lower($7) in lower(a.name)) > 0))
  and mine.booking_id < coalesce($8::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
order by mine.booking_id desc
limit $9::int4
