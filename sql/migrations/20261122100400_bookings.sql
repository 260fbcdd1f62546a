-- migrate:up
create table bookings (
  id uuid primary key,
  -- null: personal, time that a signed-in user blocks for himself
  meeting_type_id uuid references meeting_types,
  -- the organiser: whose name the invitation carries
  host_id uuid not null references users,
  title text not null check (title <> ''),
  during tstzrange not null check (not isempty(during) and lower_inc(during) and not upper_inc(during)
    and not upper_inf(during) and isfinite(lower(during)) and isfinite(upper(during))),
  status text not null check (status in
    ('PENDING', 'CONFIRMED', 'CANCELLED', 'DECLINED', 'EXPIRED', 'COMPLETED', 'NO_SHOW')),
  -- the host's zone when it was booked: what "nine o'clock" meant to him
  host_zone text not null,
  location jsonb not null,
  notes text,
  -- raised by every change; guards against two at once
  version int not null default 1,
  -- iTIP (RFC 5546): raised by what changes the invitation
  sequence int not null default 0,
  cancelled_at timestamptz,
  cancel_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((status = 'CANCELLED') = (cancelled_at is not null))
);
create index bookings_by_type on bookings (meeting_type_id, lower(during));
create trigger bookings_updated before update on bookings for each row execute function touch_updated_at();

create table booking_hosts (
  booking_id uuid not null references bookings on delete cascade,
  host_id uuid not null references users,
  primary key (booking_id, host_id)
);
create index booking_hosts_by_host on booking_hosts (host_id, booking_id);

-- Time taken from a host, buffers included. A row exists exactly while it blocks: cancelling deletes it.
-- An empty or unbounded range and a null host would pass the constraint, so both are refused here
-- (upper_inf, because the end of a range without one is null, and a CHECK takes null for yes).
create table reservations (
  host_id uuid not null references users,
  reserved tstzrange not null check (not isempty(reserved) and lower_inc(reserved) and not upper_inc(reserved)
    and not upper_inf(reserved) and isfinite(lower(reserved)) and isfinite(upper(reserved))),
  booking_id uuid not null references bookings on delete cascade,
  primary key (booking_id, host_id),
  constraint no_double_booking exclude using gist (host_id with =, reserved with &&)
);

create table attendees (
  id uuid primary key,
  booking_id uuid not null references bookings on delete cascade,
  name text not null check (name <> ''),
  email citext not null,
  phone text,
  time_zone text not null,
  status text not null default 'ACTIVE' check (status in ('ACTIVE', 'CANCELLED')),
  -- raising it makes every link mailed so far worthless
  token_version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index attendees_by_booking on attendees (booking_id);
create trigger attendees_updated before update on attendees for each row execute function touch_updated_at();

-- What was, who changed it and why. Append only.
create table booking_history (
  id uuid primary key default gen_random_uuid(),
  booking_id uuid not null references bookings on delete cascade,
  version int not null,
  event text not null check (event in ('booked', 'rescheduled', 'cancelled', 'edited')),
  actor_kind text not null check (actor_kind in ('host', 'guest', 'system')),
  actor_id uuid,
  reason text,
  was jsonb,
  created_at timestamptz not null default now()
);
create index booking_history_by_booking on booking_history (booking_id, version);

-- A POST repeated with its key is answered from what it made the first time.
create table idempotency_keys (
  scope text not null,
  key text not null,
  fingerprint text not null,
  subject_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (scope, key)
);

-- Ends the statement that calls it. The API knows the code by SQLSTATE KA001.
create function refuse(code text) returns uuid language plpgsql as $$
begin
  raise exception using errcode = 'KA001', message = code;
end $$;

-- One order for everybody, so that nobody waits in a circle. Held until the statement ends.
create function lock_hosts(p_hosts uuid[]) returns void language plpgsql as $$
declare
  host uuid;
begin
  for host in select distinct unnest(p_hosts) order by 1 loop
    perform pg_advisory_xact_lock(hashtextextended(host::text, 0));
  end loop;
end $$;

-- Who takes this meeting? The one decision that is made after waiting for others.
-- Every statement of a volatile function has a snapshot of its own, so what was committed while
-- we waited for the locks is seen here, while the calling statement still sees what was before.
--   p_type, p_version  the meeting type whose rules offered the time; null for personal bookings
--   p_reserved         the time to take from each host, buffers included
--   p_groups           [{"hosts": [uuid, best first], "required": n}]
--   p_instead_of       the booking that moves, whose own time does not count against it
-- A booking may move within a type that takes no new ones. Refuses with facts_changed or slot_taken.
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

-- migrate:down
drop function admit(uuid, int, tstzrange, jsonb, uuid);
drop function lock_hosts(uuid[]);
drop function refuse(text);
drop table idempotency_keys;
drop table booking_history;
drop table attendees;
drop table reservations;
drop table booking_hosts;
drop table bookings;
