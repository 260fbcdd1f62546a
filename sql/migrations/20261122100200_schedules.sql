-- migrate:up
create table schedules (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  name text not null check (name <> ''),
  time_zone text not null,
  is_default boolean not null default false,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index one_default_schedule on schedules (user_id) where is_default;
create index schedules_by_user on schedules (user_id, created_at, id);
create trigger schedules_updated before update on schedules for each row execute function touch_updated_at();

-- Wall time in the schedule's zone. "closes" at or before "opens" runs into the next day; 24:00 is that day's end.
create table schedule_hours (
  schedule_id uuid not null references schedules on delete cascade,
  position int not null,
  weekday text check (weekday in ('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday')),
  rrule text,
  opens text not null check (opens ~ '^([01]\d|2[0-3]):[0-5]\d$'),
  closes text not null check (closes ~ '^(([01]\d|2[0-3]):[0-5]\d|24:00)$'),
  primary key (schedule_id, position),
  check (num_nonnulls(weekday, rrule) = 1)
);

-- Replaces a date's hours; an empty list closes the date.
create table schedule_overrides (
  schedule_id uuid not null references schedules on delete cascade,
  date date not null,
  hours jsonb not null check (jsonb_typeof(hours) = 'array'),
  primary key (schedule_id, date)
);

-- migrate:down
drop table schedule_overrides;
drop table schedule_hours;
drop table schedules;
