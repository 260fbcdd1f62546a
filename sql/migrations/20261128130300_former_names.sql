-- migrate:up
-- Names that people and meeting types had: links with them lead on, and nobody else gets them for a while.
create table former_usernames (
  username citext primary key,
  user_id uuid not null references users on delete cascade,
  held_until timestamptz not null default now() + interval '90 days',
  created_at timestamptz not null default now()
);
create index former_usernames_by_user on former_usernames (user_id);

create table former_slugs (
  owner_id uuid not null references users on delete cascade,
  slug citext not null,
  meeting_type_id uuid not null references meeting_types on delete cascade,
  held_until timestamptz not null default now() + interval '90 days',
  created_at timestamptz not null default now(),
  primary key (owner_id, slug)
);
create index former_slugs_by_type on former_slugs (meeting_type_id);

-- Triggers, so that no statement can forget; after the row, so that they look when the unique index has
-- done its waiting. A name of one's own may be taken back. Ten names are held, or names would be hoarded.
create function hold_username() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if new.username = old.username then
      return null;
    end if;
    insert into former_usernames (username, user_id) values (old.username, new.id)
    on conflict (username) do update set user_id = excluded.user_id, held_until = excluded.held_until;
    delete from former_usernames where username in (
      select username from former_usernames where user_id = new.id order by held_until desc, username offset 10);
  end if;
  delete from former_usernames where username = new.username and (user_id = new.id or held_until <= now());
  if exists (select from former_usernames where username = new.username) then
    raise unique_violation using constraint = 'users_username_key', message = 'this username is held for who had it';
  end if;
  return null;
end $$;
create trigger users_former_username after insert or update of username on users
  for each row execute function hold_username();

create function hold_slug() returns trigger language plpgsql as $$
begin
  if new.archived_at is not null then
    return null;
  end if;
  if tg_op = 'UPDATE' and new.slug <> old.slug then
    insert into former_slugs (owner_id, slug, meeting_type_id) values (new.owner_id, old.slug, new.id)
    on conflict (owner_id, slug) do update set meeting_type_id = excluded.meeting_type_id, held_until = excluded.held_until;
    delete from former_slugs where owner_id = new.owner_id and slug in (
      select slug from former_slugs where meeting_type_id = new.id order by held_until desc, slug offset 10);
  end if;
  delete from former_slugs
  where owner_id = new.owner_id and slug = new.slug and (meeting_type_id = new.id or held_until <= now());
  if exists (select from former_slugs where owner_id = new.owner_id and slug = new.slug) then
    raise unique_violation using constraint = 'one_slug_per_owner', message = 'this slug is held for the type that had it';
  end if;
  return null;
end $$;
create trigger meeting_types_former_slug after insert or update of slug, archived_at on meeting_types
  for each row execute function hold_slug();

-- migrate:down
drop trigger meeting_types_former_slug on meeting_types;
drop trigger users_former_username on users;
drop function hold_slug();
drop function hold_username();
drop table former_slugs;
drop table former_usernames;
