-- migrate:up
-- The address that an account had. Its owner is told of the change and may take it back for a week; as
-- long nobody else registers it, or whoever stole a session could lock him out for good.
create table email_changes (
  -- also the id of the promise to tell him
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  email citext not null,
  -- only an address that was proven opens the way back
  was_verified boolean not null,
  held_until timestamptz not null default now() + interval '7 days',
  undone_at timestamptz,
  created_at timestamptz not null
);
create index email_changes_by_user on email_changes (user_id);
create index email_changes_held on email_changes (email) where undone_at is null and was_verified;

-- After the row, so that it looks when the unique index has done its waiting.
create function refuse_held_email() returns trigger language plpgsql as $$
begin
  if exists (
    select from email_changes c
    where c.email = new.email and c.user_id <> new.id and c.undone_at is null and c.was_verified and c.held_until > now()
  ) then
    raise unique_violation using constraint = 'users_email_key', message = 'this address is held for who had it';
  end if;
  return null;
end $$;
create trigger users_held_email after insert or update of email on users
  for each row execute function refuse_held_email();

-- migrate:down
drop trigger users_held_email on users;
drop function refuse_held_email();
drop table email_changes;
