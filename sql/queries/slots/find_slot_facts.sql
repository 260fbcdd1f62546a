-- Everything that decides when a meeting type can be booked, for all its hosts.
-- $1 meetingTypeId uuid
-- $2 from          timestamptz
-- $3 until         timestamptz
-- $4 insteadOf     uuid
-- $5 holdId        uuid
-- $6 now           timestamptz
-- $7 linkId        uuid
-- $8 isSeat        bool
with type as (
  select * from meeting_types where id = $1
), moving as (
  -- others may not learn by it what some booking of another type takes
  select id, (extract(epoch from upper(during) - lower(during)) / 60)::int4 as minutes,
    $8 and capacity > 1 as is_seat
  from bookings where id = $4 and meeting_type_id = $1 and status in ('PENDING', 'CONFIRMED')
), freed as (
  -- a meeting whose guest moves his seat stays for the others
  select id from moving where not is_seat or 2 > (
    select count(*) from attendees a where a.booking_id = moving.id and a.status = 'ACTIVE' and a.brought_by is null)
), asked as materialized (
  -- read from here the spans look alike to the planner, whatever they are: it plans once, not for each call anew,
  -- which would take longer than the answer
  select $2::timestamptz as "from", $3::timestamptz as until, tstzrange($2, $3) as span
), reach as (
  -- a month of a cap may begin before the window and end after it
  select tstzrange("from" - interval '32 days', until + interval '32 days') as span from asked
), member as (
  select g.host_id, g.group_position, g.position,
    coalesce(g.schedule_id, case when g.host_id = type.owner_id then type.schedule_id end, own.id) as schedule_id
  from type
  join group_hosts g on g.meeting_type_id = type.id
  join users u on u.id = g.host_id and u.status = 'ACTIVE'
  left join schedules own on own.user_id = g.host_id and own.is_default
  -- as may_host() says, which would be called for each host
  where type.organization_id is null or exists (
    select from organization_members m join organizations o on o.id = m.organization_id
    where m.organization_id = type.organization_id and m.user_id = g.host_id and m.can_host and o.deleted_at is null)
), host as (
  select distinct on (host_id) host_id, schedule_id from member order by host_id, group_position, position
), facts as (
  select host.host_id, jsonb_build_object(
    'id', host.host_id,
    'schedule', jsonb_build_object(
      'timeZone', s.time_zone,
      'hours', coalesce((
        select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
          'weekday', h.weekday, 'rrule', h.rrule, 'from', h.opens, 'until', h.closes)) order by h.position)
        from schedule_hours h where h.schedule_id = s.id), '[]'),
      'overrides', coalesce((
        select jsonb_agg(jsonb_build_object('date', o.date, 'hours', o.hours) order by o.date)
        from schedule_overrides o where o.schedule_id = s.id), '[]')),
    'away', coalesce((
      select jsonb_agg(jsonb_build_object('from', a.from_date, 'until', a.until_date) order by a.from_date)
      from out_of_office a where a.user_id = host.host_id
        and a.from_date <= ((select until from asked) + interval '2 days')::date
        and a.until_date >= ((select "from" from asked) - interval '2 days')::date), '[]'),
    'caps', s.caps,
    'counted', case when s.caps = '[]' then '[]' else coalesce((
      select jsonb_agg(jsonb_build_array(
        extract(epoch from lower(b.during)) * 1000, extract(epoch from upper(b.during)) * 1000))
      from reservations r join bookings b on b.id = r.booking_id, reach
      where r.host_id = host.host_id and r.reserved && reach.span and b.meeting_type_id is not null
        and (r.expires_at is null or r.expires_at > $6)
        and b.id is distinct from (select id from freed)), '[]') end,
    'busy', coalesce((
      select jsonb_agg(jsonb_build_array(
        floor(extract(epoch from lower(t.span)) * 1000), ceil(extract(epoch from upper(t.span)) * 1000), t.kind)
        order by lower(t.span))
      from (
        select r.reserved as span, case when r.hold_id is null then 0 else 1 end as kind
        from reservations r where r.host_id = host.host_id and r.reserved && (select span from asked)
          and coalesce(r.booking_id <> (select id from freed), true) and coalesce(r.hold_id <> $5, true)
          and (r.expires_at is null or r.expires_at > $6)
        union all
        select e.span, e.kind from busy_elsewhere(host.host_id, $1, (select span from asked)) e
      ) t), '[]')) as host
  from host join schedules s on s.id = host.schedule_id
)
select type.id, type.version, type.owner_id, type.title, type.duration_minutes, type.duration_options,
  type.buffer_before_minutes, type.buffer_after_minutes, type.slot_interval_minutes, type.slot_alignment,
  type.minimum_notice_minutes, type.horizon, type.location_type, type.location_details, type.notifications,
  type.reminders, type.is_active, type.archived_at,
  coalesce(zone.time_zone, owner.time_zone) as time_zone, (select minutes from moving) as moving_minutes,
  coalesce((select is_seat from moving), false) as moves_seat,
  (select jsonb_agg(jsonb_build_object(
      'required', case when g.required is null then to_jsonb('all'::text) else to_jsonb(g.required) end,
      'hosts', coalesce((
        select jsonb_agg(m.host_id order by m.position) from group_hosts m
        where m.meeting_type_id = type.id and m.group_position = g.position), '[]')) order by g.position)
    from host_groups g where g.meeting_type_id = type.id) as groups,
  coalesce((select jsonb_agg(facts.host order by facts.host_id) from facts), '[]') as hosts,
  type.caps,
  case when type.caps = '[]' then '[]' else coalesce((
    select jsonb_agg(jsonb_build_array(
      extract(epoch from lower(b.during)) * 1000, extract(epoch from upper(b.during)) * 1000))
    from bookings b, reach
    where b.meeting_type_id = type.id and b.status in ('PENDING', 'CONFIRMED', 'COMPLETED', 'NO_SHOW')
      and (b.status <> 'PENDING' or b.expires_at is null or b.expires_at > $6)
      and lower(b.during) >= lower(reach.span) and lower(b.during) < upper(reach.span)
      and b.id is distinct from (select id from freed)), '[]') end as booked,
  type.capacity, type.requires_confirmation, type.questions, type.policies, type.visibility,
  case when type.capacity = 1 then '[]' else coalesce((
    select jsonb_agg(jsonb_build_object(
      'start', extract(epoch from lower(b.during)) * 1000, 'end', extract(epoch from upper(b.during)) * 1000,
      'seatsTaken', b.seats_taken,
      'hosts', (select jsonb_agg(h.host_id) from booking_hosts h where h.booking_id = b.id)))
    from bookings b
    where b.meeting_type_id = type.id and b.capacity > 1 and b.status in ('PENDING', 'CONFIRMED')
      and lower(b.during) >= (select "from" from asked) and lower(b.during) < (select until from asked)
      and b.id is distinct from (select id from freed)), '[]') end as seated,
  (select jsonb_build_object('reservedFrom', floor(extract(epoch from lower(r.reserved)) * 1000),
      'expiresAt', floor(extract(epoch from r.expires_at) * 1000))
    from reservations r where r.hold_id = $5 and r.expires_at > $6 limit 1) as hold,
  (select jsonb_build_object('durationMinutes', l.duration_minutes,
      'isOpen', l.used < l.max_bookings and (l.expires_at is null or l.expires_at > $6))
    from booking_links l where l.id = $7 and l.meeting_type_id = type.id) as link,
  availability_state(type.id) as state
from type
join users owner on owner.id = type.owner_id and owner.status = 'ACTIVE'
left join lateral (
  select s.time_zone from schedules s
  where s.id = type.schedule_id or (s.user_id = type.owner_id and s.is_default)
  order by s.id = type.schedule_id desc nulls last limit 1
) zone on true
