-- migrate:up
create extension if not exists citext;
create extension if not exists btree_gist;

-- Mutable tables carry updated_at; a trigger keeps it, so that no statement can forget.
create function touch_updated_at() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end $$;

-- migrate:down
drop function touch_updated_at();
drop extension btree_gist;
drop extension citext;
