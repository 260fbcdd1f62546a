-- migrate:up
-- An account at a provider of calendars that a user has let us into; or, of kind ics, a feed that he has named.
create table calendar_connections (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  provider text not null check (provider in ('google', 'microsoft', 'caldav', 'ics')),
  -- the provider's own name of the account, which never changes: connecting it again renews the connection
  account_id text not null,
  -- how its owner knows it: an address, or a host
  account text not null,
  -- tokens, or address and app password, as JSON; sealed for this row by src/secret-box.ts
  credentials text not null,
  -- scopes that were granted; empty where there are none
  scopes jsonb not null default '[]' check (jsonb_typeof(scopes) = 'array'),
  status text not null default 'ok' check (status in ('ok', 'stale', 'needs_reauth', 'error')),
  -- since when nothing but failures came back, and what the last one was; null: all is well
  failing_since timestamptz,
  last_error text,
  -- when the owner was told of this failure
  told_at timestamptz,
  -- until then one process alone renews the tokens
  renewing_until timestamptz,
  -- raised whenever the credentials change: what was begun with older ones does not overwrite them
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, provider, account_id),
  check ((failing_since is null) = (status = 'ok'))
);
create trigger calendar_connections_updated before update on calendar_connections
  for each row execute function touch_updated_at();

create table calendars (
  id uuid primary key,
  connection_id uuid not null references calendar_connections on delete cascade,
  -- the owner of the connection, once more: facts are read by him
  user_id uuid not null references users on delete cascade,
  -- the provider's own: an id, or with CalDAV and feeds the URL
  external_id text not null,
  name text not null,
  time_zone text,
  is_primary boolean not null default false,
  can_write boolean not null,
  -- kinds of meeting that its events can be made with: google_meet, microsoft_teams
  conferences jsonb not null default '[]' check (jsonb_typeof(conferences) = 'array'),
  -- what its owner chose
  checks_conflicts boolean not null default false,
  is_destination boolean not null default false check (can_write or not is_destination),
  blocks_tentative boolean not null default true,
  keeps_titles boolean not null default false,
  -- what holds while it cannot be reached: the last that was known, all is busy, all is free
  when_unreachable text not null default 'keep' check (when_unreachable in ('keep', 'busy', 'free')),
  -- where the next sync goes on; null: from the beginning
  cursor text,
  -- what external_busy covers; of a run that has not ended, nothing
  synced tstzrange,
  synced_at timestamptz,
  -- raised by each run that lists everything; rows of older ones are gone when it has ended
  generation int not null default 0,
  failing_since timestamptz,
  last_error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (connection_id, external_id)
);
create unique index one_destination on calendars (user_id) where is_destination;
create index calendars_by_user on calendars (user_id) where checks_conflicts;
create trigger calendars_updated before update on calendars
  for each row execute function touch_updated_at();

-- What one meeting type's host wants otherwise than he has chosen for all; with any row here only these count.
create table meeting_type_calendars (
  meeting_type_id uuid not null references meeting_types on delete cascade,
  calendar_id uuid not null references calendars on delete cascade,
  checks_conflicts boolean not null,
  is_destination boolean not null,
  created_at timestamptz not null default now(),
  primary key (meeting_type_id, calendar_id)
);
create index meeting_type_calendars_by_calendar on meeting_type_calendars (calendar_id);

-- Time that others have taken from a host: times only, unless he wants titles kept.
create table external_busy (
  calendar_id uuid not null references calendars on delete cascade,
  -- the provider's resource; a recurring one of CalDAV and feeds has a row for each time
  external_id text not null,
  host_id uuid not null references users on delete cascade,
  during tstzrange not null,
  kind text not null check (kind in ('busy', 'tentative', 'out_of_office')),
  title text,
  generation int not null,
  created_at timestamptz not null default now(),
  primary key (calendar_id, external_id, during),
  check (not isempty(during) and lower_inc(during) and not upper_inc(during) and isfinite(lower(during)) and isfinite(upper(during)))
);
create index external_busy_by_host on external_busy using gist (host_id, during);

-- A host's event of a booking, as we last made or saw it at the provider.
create table calendar_events (
  booking_id uuid not null references bookings on delete cascade,
  host_id uuid not null references users on delete cascade,
  -- null once its calendar is no longer connected
  calendar_id uuid references calendars on delete set null,
  external_id text not null,
  etag text,
  -- which event of this booking and host it is: put back after it was deleted, it is another one
  incarnation int not null default 1,
  -- the version of the booking that it shows
  version int not null,
  during tstzrange not null,
  -- the host moved or deleted it in his calendar, and has been asked
  drift text check (drift in ('moved', 'deleted')),
  -- when he is said to want it, where it was moved
  drifted_to tstzrange,
  drifted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (booking_id, host_id),
  check ((drift is null) = (drifted_at is null)),
  check ((drifted_to is not null) = (drift is not distinct from 'moved'))
);
create unique index calendar_events_by_external_id on calendar_events (calendar_id, external_id);
create index calendar_events_by_host on calendar_events (host_id);
create trigger calendar_events_updated before update on calendar_events
  for each row execute function touch_updated_at();

-- Where a provider pushes what changes in a calendar; while one is replaced there are two.
create table calendar_channels (
  id uuid primary key,
  calendar_id uuid not null references calendars on delete cascade,
  -- the provider's own name of it, by which it is stopped
  external_id text not null,
  resource_id text,
  expires_at timestamptz not null,
  -- another one is made then
  renew_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index calendar_channels_by_calendar on calendar_channels (calendar_id);
create index calendar_channels_to_renew on calendar_channels (renew_at);

-- A subscription of a user's own bookings, for calendars that read a URL; the URL holds a secret, which nobody keeps.
create table calendar_feeds (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  name text not null,
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  last_read_at timestamptz,
  created_at timestamptz not null default now()
);
create index calendar_feeds_by_user on calendar_feeds (user_id, created_at desc, id desc);

-- migrate:down
drop table calendar_feeds;
drop table calendar_channels;
drop table calendar_events;
drop table external_busy;
drop table meeting_type_calendars;
drop table calendars;
drop table calendar_connections;
