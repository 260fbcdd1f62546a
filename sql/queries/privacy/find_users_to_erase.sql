-- Users who are to be erased and have no meeting with guests ahead, once everybody has been told, or a day has passed. A
-- calendar that did not let us in is not waited for.
-- $1 now   timestamptz
-- $2 limit int4
select u.id from users u
where u.erase_requested_at is not null and u.erased_at is null
  and not exists (
    select from reservations r join bookings b on b.id = r.booking_id
    where r.host_id = u.id and b.meeting_type_id is not null and lower(b.during) > $1
      and (b.expires_at is null or b.expires_at > $1))
  and not exists (select from meeting_types t where t.owner_id = u.id and is_orphaned(t.organization_id, t.owner_id))
  and (u.erase_requested_at <= $1 - interval '24 hours' or not (
    exists (select from outbox o where o.user_id = u.id and o.done_at is null and o.queue <> 'reminders'
      and not (o.queue = 'calendar-sync' and o.last_error is not null))
    or exists (select from booking_hosts h join outbox o on o.booking_id = h.booking_id
      where h.host_id = u.id and o.done_at is null and o.queue <> 'reminders'
        and not (o.queue = 'calendar-sync' and o.last_error is not null))))
order by u.erase_requested_at, u.id
limit $2::int4
