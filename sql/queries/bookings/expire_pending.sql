-- Requests that nobody answered in time lapse: their time is free, guests and hosts are told.
-- $1 now   timestamptz
-- $2 limit int4
with due as (
  select id from bookings where status = 'PENDING' and expires_at <= $1
  order by expires_at limit $2::int4 for update skip locked
), booking as (
  update bookings b set status = 'EXPIRED', version = version + 1, sequence = sequence + 1
  from due where b.id = due.id
  returning b.id, b.meeting_type_id, b.title, b.during, b.version, b.sequence, b.awaits_guest
), freed as (
  delete from reservations using booking where booking_id = booking.id
), history as (
  insert into booking_history (booking_id, version, event, actor_kind, was, created_at)
  select id, version, 'expired', 'system', '{"status": "PENDING"}', $1 from booking
), told as (
  select booking.id, booking.sequence from booking left join meeting_types t on t.id = booking.meeting_type_id
  -- of what its guest never confirmed nobody has heard
  where coalesce((t.notifications ->> 'cancellation')::boolean, true) and not booking.awaits_guest
), promised as (
  insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at)
  select gen_random_uuid(), 'emails', 'BOOKING_EXPIRED', told.id, told.sequence, a.id, null::uuid, $1::timestamptz
  from told join attendees a on a.booking_id = told.id and a.status = 'ACTIVE'
  union all
  select gen_random_uuid(), 'emails', 'BOOKING_EXPIRED', told.id, told.sequence, null, h.host_id, $1
  from told join booking_hosts h on h.booking_id = told.id
), noticed as (
  insert into notifications (id, user_id, type, metadata, created_at)
  select gen_random_uuid(), h.host_id, 'BOOKING_EXPIRED', jsonb_build_object('bookingId', booking.id, 'title', booking.title,
    'start', lower(booking.during), 'guest', (select case when count(*) = 1 then min(name) end from attendees a
      where a.booking_id = booking.id and a.status = 'ACTIVE' and a.brought_by is null)), $1
  from booking join booking_hosts h on h.booking_id = booking.id and not booking.awaits_guest
)
select id from booking
