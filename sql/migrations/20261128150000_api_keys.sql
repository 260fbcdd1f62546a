-- migrate:up
-- What a program signs in by. A key's text is shown once; here is only what tells whether one is right.
create table api_keys (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  name text not null check (name <> ''),
  -- the part that lists show; a key is looked up by it
  prefix text not null unique check (prefix ~ '^[0-9a-f]{12}$'),
  -- SHA-256 of the whole key, base64url
  digest text not null,
  scope text not null check (scope in ('read', 'write', 'admin')),
  expires_at timestamptz,
  -- to the minute or so
  last_used_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now()
);
create index api_keys_by_user on api_keys (user_id, created_at desc, id desc);

-- migrate:down
drop table api_keys;
