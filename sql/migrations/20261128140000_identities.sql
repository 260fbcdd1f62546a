-- migrate:up
-- Ways in by a provider. No token of the provider is kept: who signs in is all it is asked.
create table identities (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  provider text not null check (provider in ('google', 'microsoft')),
  -- a subject is unique within its issuer only: each tenant of Microsoft is one
  issuer text not null,
  subject text not null,
  -- what the provider called it when it was linked: for people to recognise
  email citext,
  created_at timestamptz not null default now(),
  constraint identities_key unique (provider, issuer, subject)
);
create index identities_by_user on identities (user_id, created_at desc, id desc);

-- One for each way to the provider and back. Taken by deleting it, so that a state is worth something once.
create table sign_in_attempts (
  id uuid primary key,
  provider text not null check (provider in ('google', 'microsoft')),
  state_hash text not null unique,
  -- of the cookie of the browser that began; null where a signed-in user links, who completes by his token
  browser_hash text,
  link_user_id uuid references users on delete cascade,
  sealed_verifier text not null,
  sealed_nonce text not null,
  return_to text,
  code_challenge text,
  time_zone text,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  check ((browser_hash is null) = (link_user_id is not null))
);
create index sign_in_attempts_by_end on sign_in_attempts (expires_at);

-- What the browser brings back to the frontend instead of a session's token.
create table exchange_codes (
  code_hash text primary key,
  user_id uuid not null references users on delete cascade,
  -- of a secret that the frontend kept to itself (RFC 7636, S256); null where it gave none
  code_challenge text,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index exchange_codes_by_end on exchange_codes (expires_at);

-- An identity that a provider vouched for, until the user who asked for it takes it.
create table link_codes (
  code_hash text primary key,
  user_id uuid not null references users on delete cascade,
  provider text not null check (provider in ('google', 'microsoft')),
  issuer text not null,
  subject text not null,
  email citext,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index link_codes_by_end on link_codes (expires_at);

-- Whether a user can do without an identity: he has a password, or another one. Locks the user and only
-- then looks, so that of two identities unlinked at once one stays.
create function may_unlink(owner_id uuid, unlinked_id uuid) returns boolean language plpgsql as $$
begin
  perform from users where id = owner_id for update;
  return exists (select from users where id = owner_id and password_hash is not null)
    or exists (select from identities where user_id = owner_id and id <> unlinked_id);
end $$;

-- migrate:down
drop function may_unlink(uuid, uuid);
drop table link_codes;
drop table exchange_codes;
drop table sign_in_attempts;
drop table identities;
