-- migrate:up
create index users_newest on users (created_at desc, id desc);

-- What a user was, locked until he is changed; null where there is no such user. One administrator after the other:
-- who changes must still be one (forbidden), and who is changed must not be the last (last_admin). A null actor is the
-- machine's own keeper. p_change may name role and status.
create function lock_user(p_user uuid, p_actor uuid, p_change jsonb) returns jsonb language plpgsql as $$
declare
  was users;
begin
  perform pg_advisory_xact_lock(hashtextextended('administrators', 0));
  if p_actor is not null
    and not exists (select from users where id = p_actor and role = 'admin' and status = 'ACTIVE') then
    perform refuse('forbidden');
  end if;
  select * into was from users where id = p_user for update;
  if was.id is null then
    return null;
  end if;
  if was.role = 'admin' and was.status = 'ACTIVE'
    and (coalesce(p_change ->> 'role', 'admin') <> 'admin' or coalesce(p_change ->> 'status', 'ACTIVE') <> 'ACTIVE')
    and not exists (select from users where id <> p_user and role = 'admin' and status = 'ACTIVE') then
    perform refuse('last_admin');
  end if;
  return jsonb_build_object('role', was.role, 'plan', was.plan, 'status', was.status);
end $$;

-- Whose status changes has other pages now: who listens to his types shall ask anew whether they are there.
create or replace function host_changed() returns trigger language plpgsql as $$
begin
  perform raise_availability(array(
    select id from changed join was using (id)
    where (changed.status, changed.time_zone) is distinct from (was.status, was.time_zone)));
  perform pg_notify('availability', t.id::text)
  from changed join was using (id) join meeting_types t on t.owner_id = changed.id
  where changed.status <> was.status;
  return null;
end $$;

-- migrate:down
create or replace function host_changed() returns trigger language plpgsql as $$
begin
  perform raise_availability(array(
    select id from changed join was using (id)
    where (changed.status, changed.time_zone) is distinct from (was.status, was.time_zone)));
  return null;
end $$;
drop function lock_user(uuid, uuid, jsonb);
drop index users_newest;
