-- A host's bookings from a time on, as calendars that subscribe to them show them; those that are off for a while only, and
-- none that awaits its guest's word. The soonest first.
-- $1 userId   uuid
-- $2 from     timestamptz
-- $3 offSince timestamptz
-- $4 limit    int4
select b.id, b.meeting_type_id, b.host_id, b.title, lower(b.during) as start, upper(b.during) as "end", b.status,
  b.host_zone, b.location, b.notes, b.version, b.sequence, b.cancelled_at, b.cancel_reason, b.created_at, b.updated_at,
  b.capacity, b.seats_taken, b.expires_at, b.tracking, b.host_notes,
  b.awaits_guest,
  t.notifications, t.slug, t.policies, t.questions, t.reminders, owner.username as owner_username,
  t.owner_id, t.requires_confirmation,
  case when t.organization_id is null then array[t.owner_id] else array(
    select m.user_id from organization_members m join organizations o on o.id = m.organization_id
    where m.organization_id = t.organization_id and o.deleted_at is null and (m.role = 'admin' or m.user_id = t.owner_id)) end as manager_ids,
  (select jsonb_agg(jsonb_build_object('id', u.id, 'firstName', u.first_name, 'lastName', u.last_name,
      'email', u.email, 'timeZone', u.time_zone, 'locale', u.locale, 'noShow', h.no_show) order by u.id <> b.host_id, u.id)
    from booking_hosts h join users u on u.id = h.host_id where h.booking_id = b.id) as hosts,
  coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'email', a.email, 'phone', a.phone,
      'timeZone', a.time_zone, 'locale', a.locale, 'tokenVersion', a.token_version,
      'status', case when a.booking_id = b.id then a.status else 'CANCELLED' end,
      'answers', a.answers, 'noShow', a.no_show, 'broughtBy', a.brought_by, 'sequenceAhead', a.sequence_ahead)
      order by a.created_at, a.id)
    from attendees a where a.id = any (guests_of(b.id))), '[]') as attendees,
  coalesce((select jsonb_agg(jsonb_build_object('event', e.event, 'version', e.version, 'actor', e.actor_kind,
      'actorId', e.actor_id, 'by', coalesce((select a.name from attendees a where a.id = e.actor_id),
        (select concat_ws(' ', u.first_name, u.last_name) from users u where u.id = e.actor_id)),
      'reason', e.reason, 'was', e.was, 'at', e.created_at) order by e.version, e.created_at)
    from booking_history e where e.booking_id = b.id), '[]') as history
from booking_hosts mine
join bookings b on b.id = mine.booking_id
left join meeting_types t on t.id = b.meeting_type_id
left join users owner on owner.id = t.owner_id
where mine.host_id = $1 and upper(b.during) > $2 and not b.awaits_guest
  and (b.status not in ('CANCELLED', 'DECLINED', 'EXPIRED') or b.updated_at > $3)
order by lower(b.during), b.id
limit $4::int4
