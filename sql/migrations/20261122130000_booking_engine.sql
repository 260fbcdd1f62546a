-- migrate:up
-- A hold is a reservation without a booking, for minutes; that of a request for confirmation expires too.
-- Whoever wants the time deletes an expired one.
alter table reservations drop constraint reservations_pkey;
alter table reservations alter booking_id drop not null;
alter table reservations add hold_id uuid, add expires_at timestamptz,
  add check (num_nonnulls(booking_id, hold_id) = 1), add check (hold_id is null or expires_at is not null);
create unique index one_reservation_per_host on reservations (booking_id, host_id) where booking_id is not null;
create unique index one_hold_per_host on reservations (hold_id, host_id) where hold_id is not null;

alter table bookings
  add capacity int not null default 1 check (capacity >= 1),
  add seats_taken int not null default 1 check (seats_taken between 0 and capacity),
  -- when an unanswered request for confirmation lapses
  add expires_at timestamptz,
  add tracking jsonb not null default '{}',
  -- the hosts' own, no guest ever sees them
  add host_notes text;
-- a meeting with seats exists once per type and start: the second guest joins it
create unique index one_seated_meeting on bookings (meeting_type_id, lower(during))
  where capacity > 1 and status in ('PENDING', 'CONFIRMED');
create index bookings_to_expire on bookings (expires_at) where status = 'PENDING';
create index bookings_to_complete on bookings (upper(during)) where status = 'CONFIRMED';

alter table attendees
  -- [{"id", "label", "value"}] as they were asked, in that order
  add answers jsonb not null default '[]',
  add no_show boolean not null default false,
  -- somebody whom this attendee brings along: told of everything, decides nothing
  add brought_by uuid references attendees on delete cascade;
create index attendees_by_email on attendees (email);
alter table booking_hosts add no_show boolean not null default false;

alter table booking_history drop constraint booking_history_event_check;
alter table booking_history add constraint booking_history_event_check check (event in (
  'booked', 'joined', 'left', 'confirmed', 'declined', 'expired', 'rescheduled', 'reassigned', 'edited', 'cancelled',
  'restored', 'completed', 'no_show', 'no_show_undone'));

-- A link that books a type a limited number of times, also a secret one's.
create table booking_links (
  id uuid primary key,
  meeting_type_id uuid not null references meeting_types on delete cascade,
  max_bookings int not null check (max_bookings between 1 and 1000),
  used int not null default 0 check (used between 0 and max_bookings),
  duration_minutes int check (duration_minutes between 1 and 1440),
  expires_at timestamptz,
  created_at timestamptz not null default now()
);
create index booking_links_by_type on booking_links (meeting_type_id, created_at, id);
alter table bookings add link_id uuid references booking_links on delete set null;
create index bookings_by_link on bookings (link_id) where link_id is not null;

-- Addresses ("eve@example.com") and domains ("example.com") that a host takes no bookings of.
create table blocked_guests (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  pattern citext not null,
  reason text,
  created_at timestamptz not null default now(),
  unique (user_id, pattern)
);

drop function admit(uuid, int, tstzrange, tstzrange, jsonb, jsonb, uuid);
drop function is_capped(jsonb, uuid, uuid, numeric, uuid);

-- Whether a cap leaves no room for one more meeting of so many minutes: a cap of this host, or for null of the type.
-- A host's meetings are counted from his reservations, since those of cancelled bookings are gone; personal ones do not
-- count, nor do requests that lapsed before p_now.
create function is_capped(p_caps jsonb, p_host uuid, p_type uuid, p_minutes numeric, p_instead_of uuid, p_now timestamptz)
returns boolean language sql stable as $$
  select exists (
    select from jsonb_to_recordset(p_caps)
      as cap(host uuid, "from" timestamptz, until timestamptz, bookings int, minutes int)
    cross join lateral (
      select count(*) as bookings, coalesce(sum(extract(epoch from upper(b.during) - lower(b.during)) / 60), 0) as minutes
      from (
        select id, during from bookings
        where p_host is null and meeting_type_id = p_type and status in ('PENDING', 'CONFIRMED', 'COMPLETED', 'NO_SHOW')
          and (status <> 'PENDING' or expires_at is null or expires_at > p_now)
          and lower(during) >= cap."from" and lower(during) < cap.until
        union all
        select b.id, b.during from reservations r join bookings b on b.id = r.booking_id
        where r.host_id = p_host and r.reserved && tstzrange(cap."from", cap.until) and b.meeting_type_id is not null
          and (r.expires_at is null or r.expires_at > p_now)
          and lower(b.during) >= cap."from" and lower(b.during) < cap.until
      ) b where b.id is distinct from p_instead_of
    ) used
    where cap.host is not distinct from p_host
      and (used.bookings >= cap.bookings or used.minutes + p_minutes > cap.minutes))
$$;

-- Who takes this meeting? The one decision that is made after waiting for others.
-- Every statement of a volatile function has a snapshot of its own, so what was committed while
-- we waited for the locks is seen here, while the calling statement still sees what was before.
--   p_type, p_version  the meeting type whose rules offered the time; null for personal bookings
--   p_during           the meeting
--   p_reserved         the time to take from each host, buffers included
--   p_groups           [{"hosts": [uuid, best first], "required": n}]
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

-- How many live holds the busiest of these hosts has in a span; p_except is not counted. To be asked
-- under the hosts' locks, as admit() leaves them: each of its statements sees what is committed by then.
create function count_holds(p_hosts uuid[], p_span tstzrange, p_except uuid, p_now timestamptz)
returns int language sql volatile as $$
  select coalesce(max(held.n), 0)::int from unnest(p_hosts) h(host_id) cross join lateral (
    select count(*) as n from reservations r
    where r.host_id = h.host_id and r.reserved && p_span and r.hold_id is not null and r.hold_id is distinct from p_except
      and r.expires_at > p_now) held
$$;

-- migrate:down
drop function count_holds(uuid[], tstzrange, uuid, timestamptz);
drop function admit(uuid, int, tstzrange, tstzrange, jsonb, jsonb, uuid, boolean, timestamptz);
drop function is_capped(jsonb, uuid, uuid, numeric, uuid, timestamptz);
-- Whether a cap leaves no room for one more meeting of so many minutes: a cap of this host, or for null of the type.
-- A host's meetings are counted from his reservations, since those of cancelled bookings are gone; personal ones do not count.
create function is_capped(p_caps jsonb, p_host uuid, p_type uuid, p_minutes numeric, p_instead_of uuid) returns boolean
language sql stable as $$
  select exists (
    select from jsonb_to_recordset(p_caps)
      as cap(host uuid, "from" timestamptz, until timestamptz, bookings int, minutes int)
    cross join lateral (
      select count(*) as bookings, coalesce(sum(extract(epoch from upper(b.during) - lower(b.during)) / 60), 0) as minutes
      from (
        select id, during from bookings
        where p_host is null and meeting_type_id = p_type and status in ('PENDING', 'CONFIRMED', 'COMPLETED', 'NO_SHOW')
          and lower(during) >= cap."from" and lower(during) < cap.until
        union all
        select b.id, b.during from reservations r join bookings b on b.id = r.booking_id
        where r.host_id = p_host and r.reserved && tstzrange(cap."from", cap.until) and b.meeting_type_id is not null
          and lower(b.during) >= cap."from" and lower(b.during) < cap.until
      ) b where b.id is distinct from p_instead_of
    ) used
    where cap.host is not distinct from p_host
      and (used.bookings >= cap.bookings or used.minutes + p_minutes > cap.minutes))
$$;

-- Who takes this meeting? The one decision that is made after waiting for others.
-- Every statement of a volatile function has a snapshot of its own, so what was committed while
-- we waited for the locks is seen here, while the calling statement still sees what was before.
--   p_type, p_version  the meeting type whose rules offered the time; null for personal bookings
--   p_during           the meeting
--   p_reserved         the time to take from each host, buffers included
--   p_groups           [{"hosts": [uuid, best first], "required": n}]
--   p_caps             [{"host": uuid or null for the type, "from", "until", "bookings", "minutes"}]
--   p_instead_of       the booking that moves, whose own time does not count against it
-- A booking may move within a type that takes no new ones. Refuses with facts_changed, cap_reached or slot_taken.
create function admit(p_type uuid, p_version int, p_during tstzrange, p_reserved tstzrange, p_groups jsonb, p_caps jsonb,
  p_instead_of uuid) returns uuid[] language plpgsql as $$
declare
  minutes numeric := extract(epoch from upper(p_during) - lower(p_during)) / 60;
  wanted record;
  host uuid;
  found int;
  capped int;
  chosen uuid[] := '{}';
begin
  -- a cap of the type concerns bookings of other hosts too: its lock comes before theirs, for everybody
  if exists (select from jsonb_array_elements(p_caps) c where c ->> 'host' is null) then
    perform pg_advisory_xact_lock(hashtextextended(p_type::text, 0));
  end if;
  perform lock_hosts(array(
    select h::uuid from jsonb_array_elements(p_groups) g, jsonb_array_elements_text(g -> 'hosts') h
    union select host_id from reservations where booking_id = p_instead_of));
  if p_type is not null and not exists
    (select from meeting_types where id = p_type and version = p_version
      and (p_instead_of is not null or (is_active and archived_at is null)))
  then
    perform refuse('facts_changed');
  end if;
  if is_capped(p_caps, null, p_type, minutes, p_instead_of) then
    perform refuse('cap_reached');
  end if;
  for wanted in select * from jsonb_to_recordset(p_groups) as g(hosts uuid[], required int) loop
    found := 0;
    capped := 0;
    foreach host in array wanted.hosts loop
      exit when found = wanted.required;
      continue when host = any (chosen) or exists (
        select from reservations where host_id = host and reserved && p_reserved
          and booking_id is distinct from p_instead_of);
      if is_capped(p_caps, host, p_type, minutes, p_instead_of) then
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
drop table blocked_guests;
alter table bookings drop link_id;
drop table booking_links;
alter table booking_history drop constraint booking_history_event_check;
delete from booking_history where event not in ('booked', 'rescheduled', 'cancelled', 'edited');
alter table booking_history add constraint booking_history_event_check
  check (event in ('booked', 'rescheduled', 'cancelled', 'edited'));
alter table booking_hosts drop no_show;
drop index attendees_by_email;
alter table attendees drop brought_by, drop no_show, drop answers;
drop index bookings_to_complete;
drop index bookings_to_expire;
drop index one_seated_meeting;
alter table bookings drop host_notes, drop tracking, drop expires_at, drop seats_taken, drop capacity;
delete from reservations where booking_id is null;
drop index one_hold_per_host;
drop index one_reservation_per_host;
alter table reservations drop expires_at, drop hold_id;
alter table reservations add primary key (booking_id, host_id);
