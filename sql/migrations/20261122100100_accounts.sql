-- migrate:up
create table users (
  id uuid primary key,
  email citext not null unique,
  email_verified_at timestamptz,
  username citext not null unique check (username ~ '^[a-z0-9-]{3,32}$'),
  -- null: this person signs in by a provider only
  password_hash text,
  -- raised by every change of password: links to reset it die with it
  password_version int not null default 1,
  first_name text not null check (first_name <> ''),
  last_name text,
  role text not null default 'member' check (role in ('member', 'admin')),
  plan text not null default 'FREE' check (plan in ('FREE', 'PRO', 'ENTERPRISE')),
  status text not null default 'ACTIVE' check (status in ('ACTIVE', 'INACTIVE', 'SUSPENDED')),
  time_zone text not null default 'UTC',
  locale text not null default 'en',
  phone text,
  notification_preferences jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create trigger users_updated before update on users for each row execute function touch_updated_at();

-- A JWT is worth something only while its session's row says so: logout is real.
create table sessions (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  user_agent text,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  created_at timestamptz not null default now()
);
create index sessions_by_user on sessions (user_id);

-- migrate:down
drop table sessions;
drop table users;
