-- migrate:up
-- What may change a host's free times raises his version here, and tells whoever listens. Done by
-- triggers, so that no statement can forget.
create table availability_versions (
  host_id uuid primary key references users on delete cascade,
  version bigint not null default 1
);

create function raise_availability(p_hosts uuid[]) returns void language plpgsql as $$
begin
  -- in one order, so that two statements never wait for each other in a circle
  insert into availability_versions as v (host_id)
  select distinct u.id from users u where u.id = any (p_hosts) order by u.id
  on conflict (host_id) do update set version = v.version + 1;
  perform pg_notify('availability', host_id::text) from unnest(p_hosts) as host_id;
end $$;

-- The argument names the column that holds the host.
create function availability_changed() returns trigger language plpgsql as $$
begin
  perform raise_availability(array(select (to_jsonb(c) ->> tg_argv[0])::uuid from changed c));
  return null;
end $$;

create trigger availability_by_insert after insert on reservations
  referencing new table as changed for each statement execute function availability_changed('host_id');
create trigger availability_by_delete after delete on reservations
  referencing old table as changed for each statement execute function availability_changed('host_id');
-- whose it was and whose it is: a reservation may go to another host
create trigger availability_by_update_from after update on reservations
  referencing old table as changed for each statement execute function availability_changed('host_id');
create trigger availability_by_update_to after update on reservations
  referencing new table as changed for each statement execute function availability_changed('host_id');
-- hours and overrides never change without their schedule's version
create trigger availability_by_insert after insert on schedules
  referencing new table as changed for each statement execute function availability_changed('user_id');
create trigger availability_by_update after update on schedules
  referencing new table as changed for each statement execute function availability_changed('user_id');
create trigger availability_by_delete after delete on schedules
  referencing old table as changed for each statement execute function availability_changed('user_id');
create trigger availability_by_insert after insert on out_of_office
  referencing new table as changed for each statement execute function availability_changed('user_id');
create trigger availability_by_update after update on out_of_office
  referencing new table as changed for each statement execute function availability_changed('user_id');
create trigger availability_by_delete after delete on out_of_office
  referencing old table as changed for each statement execute function availability_changed('user_id');

-- Of a user his status counts, and his zone where he has no schedule; his name and his password do not.
create function host_changed() returns trigger language plpgsql as $$
begin
  perform raise_availability(array(
    select id from changed join was using (id)
    where (changed.status, changed.time_zone) is distinct from (was.status, was.time_zone)));
  return null;
end $$;
create trigger availability_by_update after update on users
  referencing old table as was new table as changed for each statement execute function host_changed();

-- What the free times of a type depend on, but for the clock: the type's version and its hosts'.
create function availability_state(p_type uuid) returns text language sql stable as $$
  select md5(t.version || ' ' || (
    select string_agg(h.host_id || ':' || coalesce(v.version, 0), ' ' order by h.host_id)
    from (select host_id from group_hosts where meeting_type_id = t.id union select t.owner_id) h
    left join availability_versions v using (host_id)))
  from meeting_types t where t.id = p_type
$$;

-- A meeting type has a version of its own; who listens to it hears of its changes too.
create function meeting_type_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('availability', old.id::text);
  return null;
end $$;
create trigger meeting_type_hint after update or delete on meeting_types
  for each row execute function meeting_type_changed();

-- migrate:down
drop trigger meeting_type_hint on meeting_types;
drop function meeting_type_changed();
drop function availability_state(uuid);
drop trigger availability_by_update on users;
drop function host_changed();
drop trigger availability_by_delete on out_of_office;
drop trigger availability_by_update on out_of_office;
drop trigger availability_by_insert on out_of_office;
drop trigger availability_by_delete on schedules;
drop trigger availability_by_update on schedules;
drop trigger availability_by_insert on schedules;
drop trigger availability_by_update_to on reservations;
drop trigger availability_by_update_from on reservations;
drop trigger availability_by_delete on reservations;
drop trigger availability_by_insert on reservations;
drop function availability_changed();
drop function raise_availability(uuid[]);
drop table availability_versions;
