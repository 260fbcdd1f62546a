-- migrate:up
-- How much a host takes on, whatever the meeting type: counted in the days of this schedule's zone.
alter table schedules add caps jsonb not null default '[]' check (jsonb_typeof(caps) = 'array');

drop function admit(uuid, int, tstzrange, jsonb, uuid);

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

-- migrate:down
drop function admit(uuid, int, tstzrange, tstzrange, jsonb, jsonb, uuid);
drop function is_capped(jsonb, uuid, uuid, numeric, uuid);
create function admit(p_type uuid, p_version int, p_reserved tstzrange, p_groups jsonb, p_instead_of uuid)
returns uuid[] language plpgsql as $$
declare
  wanted record;
  host uuid;
  found int;
  chosen uuid[] := '{}';
begin
  perform lock_hosts(array(
    select h::uuid from jsonb_array_elements(p_groups) g, jsonb_array_elements_text(g -> 'hosts') h
    union select host_id from reservations where booking_id = p_instead_of));
  if p_type is not null and not exists
    (select from meeting_types where id = p_type and version = p_version
      and (p_instead_of is not null or (is_active and archived_at is null)))
  then
    perform refuse('facts_changed');
  end if;
  for wanted in select * from jsonb_to_recordset(p_groups) as g(hosts uuid[], required int) loop
    found := 0;
    foreach host in array wanted.hosts loop
      exit when found = wanted.required;
      continue when host = any (chosen) or exists (
        select from reservations where host_id = host and reserved && p_reserved
          and booking_id is distinct from p_instead_of);
      chosen := chosen || host;
      found := found + 1;
    end loop;
    if found < wanted.required then
      perform refuse('slot_taken');
    end if;
  end loop;
  return chosen;
end $$;
alter table schedules drop caps;
