-- migrate:up
-- A guest's seat moves with him, and so does his event in calendars: its sequence is that of the meeting and so much more,
-- so that it rises when he comes to a meeting that has changed less often.
alter table attendees add sequence_ahead int not null default 0 check (sequence_ahead >= 0);

alter table booking_history drop constraint booking_history_event_check;
alter table booking_history add constraint booking_history_event_check check (event in (
  'booked', 'joined', 'left', 'moved_in', 'moved_away', 'confirmed', 'declined', 'expired', 'rescheduled', 'reassigned',
  'edited', 'cancelled', 'restored', 'completed', 'no_show', 'no_show_undone'));

-- Everybody who has or had a seat in this meeting: also who moved to another one since.
create function guests_of(p_booking uuid) returns uuid[] language sql stable as $$
  select array(
    select id from attendees where booking_id = p_booking
    union
    select jsonb_array_elements_text(was -> 'attendeeIds')::uuid from booking_history
    where booking_id = p_booking and event = 'moved_away')
$$;

drop function admit(uuid, int, tstzrange, tstzrange, jsonb, jsonb, uuid, boolean, timestamptz);
-- Who takes this meeting? The one decision that is made after waiting for others.
-- Every statement of a volatile function has a snapshot of its own, so what was committed while
-- we waited for the locks is seen here, while the calling statement still sees what was before.
--   p_type, p_version  the meeting type whose rules offered the time; null for personal bookings
--   p_during           the meeting
--   p_reserved         the time to take from each host, buffers included
--   p_groups           [{"hosts": [uuid], "required": n}], who is in turn is found here
--   p_caps             [{"host": uuid or null for the type, "from", "until", "bookings", "minutes"}]
--   p_instead_of       the booking that moves or the hold that is redeemed: its time does not count against it
--   p_shared           whether guests share a meeting: an open one of this type and start is joined
--   p_now              holds and requests that ended before it are gone
--   p_stays            the booking that moves stays where it is, one of its guests leaves it: its time and its place in a
--                      cap are not free
-- A booking may move within a type that takes no new ones. Refuses with facts_changed, cap_reached or slot_taken.
create function admit(p_type uuid, p_version int, p_during tstzrange, p_reserved tstzrange, p_groups jsonb, p_caps jsonb,
  p_instead_of uuid, p_shared boolean, p_now timestamptz, p_stays boolean default false) returns uuid[] language plpgsql as $$
declare
  minutes numeric := extract(epoch from upper(p_during) - lower(p_during)) / 60;
  everyone uuid[];
  freed uuid := case when p_stays then null else p_instead_of end;
  wanted record;
  host uuid;
  found int;
  capped int;
  chosen uuid[];
begin
  -- a cap of the type and its seats concern bookings of other hosts too: its lock comes before theirs, for everybody
  if p_shared or exists (select from jsonb_array_elements(p_caps) c where c ->> 'host' is null) then
    perform pg_advisory_xact_lock(hashtextextended(p_type::text, 0));
  end if;
  everyone := array(
    select h::uuid from jsonb_array_elements(p_groups) g, jsonb_array_elements_text(g -> 'hosts') h
    union select host_id from reservations where booking_id = p_instead_of or hold_id = p_instead_of
    order by 1);
  perform lock_hosts(everyone);
  if p_type is not null and not exists
    (select from meeting_types where id = p_type and version = p_version
      and (exists (select from bookings where id = p_instead_of) or (is_active and archived_at is null)))
  then
    perform refuse('facts_changed');
  end if;
  if p_shared then
    select array_agg(h.host_id) into chosen
    from bookings b join booking_hosts h on h.booking_id = b.id
    where b.meeting_type_id = p_type and lower(b.during) = lower(p_during) and b.capacity > 1
      and b.status in ('PENDING', 'CONFIRMED');
    if chosen is not null then
      return chosen;
    end if;
  end if;
  foreach host in array everyone loop
    -- what the caller replaces is the caller's to delete: one statement cannot delete a row twice
    delete from reservations where host_id = host and reserved && p_reserved and expires_at <= p_now
      and coalesce(booking_id, hold_id) is distinct from freed;
  end loop;
  if is_capped(p_caps, null, p_type, minutes, freed, p_now) then
    perform refuse('cap_reached');
  end if;
  chosen := '{}';
  for wanted in select * from jsonb_to_recordset(p_groups) as g(hosts uuid[], required int) loop
    found := 0;
    capped := 0;
    if cardinality(wanted.hosts) > wanted.required then
      wanted.hosts := in_turn(p_type, wanted.hosts, p_instead_of, p_now);
    end if;
    foreach host in array wanted.hosts loop
      exit when found = wanted.required;
      continue when host = any (chosen) or exists (
        select from reservations where host_id = host and reserved && p_reserved
          and coalesce(booking_id, hold_id) is distinct from freed);
      if is_capped(p_caps, host, p_type, minutes, freed, p_now) then
        capped := capped + 1;
        continue;
      end if;
      chosen := chosen || host;
      found := found + 1;
    end loop;
    if found < wanted.required then
      perform refuse(case when cardinality(wanted.hosts) - capped < wanted.required then 'cap_reached' else 'slot_taken' end);
    end if;
  end loop;
  return chosen;
end $$;

-- migrate:down
drop function admit(uuid, int, tstzrange, tstzrange, jsonb, jsonb, uuid, boolean, timestamptz, boolean);
-- Who takes this meeting? The one decision that is made after waiting for others.
-- Every statement of a volatile function has a snapshot of its own, so what was committed while
-- we waited for the locks is seen here, while the calling statement still sees what was before.
--   p_type, p_version  the meeting type whose rules offered the time; null for personal bookings
--   p_during           the meeting
--   p_reserved         the time to take from each host, buffers included
--   p_groups           [{"hosts": [uuid], "required": n}], who is in turn is found here
--   p_caps             [{"host": uuid or null for the type, "from", "until", "bookings", "minutes"}]
--   p_instead_of       the booking that moves or the hold that is redeemed: its time does not count against it
--   p_shared           whether guests share a meeting: an open one of this type and start is joined
--   p_now              holds and requests that ended before it are gone
-- A booking may move within a type that takes no new ones. Refuses with facts_changed, cap_reached or slot_taken.
create function admit(p_type uuid, p_version int, p_during tstzrange, p_reserved tstzrange, p_groups jsonb, p_caps jsonb,
  p_instead_of uuid, p_shared boolean, p_now timestamptz) returns uuid[] language plpgsql as $$
declare
  minutes numeric := extract(epoch from upper(p_during) - lower(p_during)) / 60;
  everyone uuid[];
  wanted record;
  host uuid;
  found int;
  capped int;
  chosen uuid[];
begin
  -- a cap of the type and its seats concern bookings of other hosts too: its lock comes before theirs, for everybody
  if p_shared or exists (select from jsonb_array_elements(p_caps) c where c ->> 'host' is null) then
    perform pg_advisory_xact_lock(hashtextextended(p_type::text, 0));
  end if;
  everyone := array(
    select h::uuid from jsonb_array_elements(p_groups) g, jsonb_array_elements_text(g -> 'hosts') h
    union select host_id from reservations where booking_id = p_instead_of or hold_id = p_instead_of
    order by 1);
  perform lock_hosts(everyone);
  if p_type is not null and not exists
    (select from meeting_types where id = p_type and version = p_version
      and (exists (select from bookings where id = p_instead_of) or (is_active and archived_at is null)))
  then
    perform refuse('facts_changed');
  end if;
  if p_shared then
    select array_agg(h.host_id) into chosen
    from bookings b join booking_hosts h on h.booking_id = b.id
    where b.meeting_type_id = p_type and lower(b.during) = lower(p_during) and b.capacity > 1
      and b.status in ('PENDING', 'CONFIRMED');
    if chosen is not null then
      return chosen;
    end if;
  end if;
  foreach host in array everyone loop
    -- what the caller replaces is the caller's to delete: one statement cannot delete a row twice
    delete from reservations where host_id = host and reserved && p_reserved and expires_at <= p_now
      and coalesce(booking_id, hold_id) is distinct from p_instead_of;
  end loop;
  if is_capped(p_caps, null, p_type, minutes, p_instead_of, p_now) then
    perform refuse('cap_reached');
  end if;
  chosen := '{}';
  for wanted in select * from jsonb_to_recordset(p_groups) as g(hosts uuid[], required int) loop
    found := 0;
    capped := 0;
    if cardinality(wanted.hosts) > wanted.required then
      wanted.hosts := in_turn(p_type, wanted.hosts, p_instead_of, p_now);
    end if;
    foreach host in array wanted.hosts loop
      exit when found = wanted.required;
      continue when host = any (chosen) or exists (
        select from reservations where host_id = host and reserved && p_reserved
          and coalesce(booking_id, hold_id) is distinct from p_instead_of);
      if is_capped(p_caps, host, p_type, minutes, p_instead_of, p_now) then
        capped := capped + 1;
        continue;
      end if;
      chosen := chosen || host;
      found := found + 1;
    end loop;
    if found < wanted.required then
      perform refuse(case when cardinality(wanted.hosts) - capped < wanted.required then 'cap_reached' else 'slot_taken' end);
    end if;
  end loop;
  return chosen;
end $$;
drop function guests_of(uuid);
alter table booking_history drop constraint booking_history_event_check;
delete from booking_history where event in ('moved_in', 'moved_away');
alter table booking_history add constraint booking_history_event_check check (event in (
  'booked', 'joined', 'left', 'confirmed', 'declined', 'expired', 'rescheduled', 'reassigned', 'edited', 'cancelled',
  'restored', 'completed', 'no_show', 'no_show_undone'));
alter table attendees drop sequence_ahead;
