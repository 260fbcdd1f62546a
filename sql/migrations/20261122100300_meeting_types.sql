-- migrate:up
create table meeting_types (
  id uuid primary key,
  owner_id uuid not null references users on delete cascade,
  -- null: the owner's default schedule, whichever that is at the time
  schedule_id uuid references schedules on delete set null,
  title text not null check (title <> ''),
  slug citext not null check (slug ~ '^[a-z0-9-]{1,64}$'),
  description text,
  duration_minutes int not null check (duration_minutes between 1 and 1440),
  duration_options int[] not null default '{}',
  buffer_before_minutes int not null default 0 check (buffer_before_minutes between 0 and 1440),
  buffer_after_minutes int not null default 0 check (buffer_after_minutes between 0 and 1440),
  -- null: as long as the meeting
  slot_interval_minutes int check (slot_interval_minutes between 5 and 1440),
  slot_alignment text not null default 'start' check (slot_alignment in ('start', 'hour', 'half', 'quarter')),
  minimum_notice_minutes int not null default 0 check (minimum_notice_minutes between 0 and 525600),
  horizon jsonb not null,
  caps jsonb not null default '[]',
  location_type text not null check (location_type in
    ('GOOGLE_MEET', 'MICROSOFT_TEAMS', 'ZOOM', 'PHONE', 'IN_PERSON', 'CUSTOM_LINK')),
  location_details text,
  notifications jsonb not null,
  reminders jsonb not null default '[]',
  capacity int not null default 1 check (capacity between 1 and 1000),
  requires_confirmation boolean not null default false,
  questions jsonb not null default '[]',
  visibility text not null default 'public' check (visibility in ('public', 'secret')),
  policies jsonb not null default '{}',
  is_active boolean not null default true,
  -- archived: bookings exist, so the row stays, and takes no new ones
  archived_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index one_slug_per_owner on meeting_types (owner_id, slug) where archived_at is null;
create index meeting_types_by_owner on meeting_types (owner_id, created_at, id);
create index meeting_types_by_schedule on meeting_types (schedule_id);
create trigger meeting_types_updated before update on meeting_types for each row execute function touch_updated_at();

-- Who takes the meeting: all of a group (required is null), or that many of it.
create table host_groups (
  meeting_type_id uuid not null references meeting_types on delete cascade,
  position int not null,
  required int check (required > 0),
  primary key (meeting_type_id, position)
);
create table group_hosts (
  meeting_type_id uuid not null,
  group_position int not null,
  position int not null,
  host_id uuid not null references users on delete cascade,
  schedule_id uuid references schedules on delete set null,
  weight int not null default 1 check (weight between 1 and 100),
  priority int not null default 0 check (priority between 0 and 100),
  primary key (meeting_type_id, group_position, position),
  unique (meeting_type_id, group_position, host_id),
  foreign key (meeting_type_id, group_position) references host_groups on delete cascade
);
create index group_hosts_by_host on group_hosts (host_id);
create index group_hosts_by_schedule on group_hosts (schedule_id);

-- migrate:down
drop table group_hosts;
drop table host_groups;
drop table meeting_types;
