-- migrate:up
-- What may change what strangers see of a host, on his card or on the pages of his meeting types, leaves a new mark of his.
-- Done by triggers, so that no statement can forget. No foreign key: it would lock the user, and marks wait for nobody.
create table card_marks (
  host_id uuid not null,
  mark uuid not null default gen_random_uuid(),
  primary key (host_id, mark)
);

create function mark_cards(p_hosts uuid[]) returns void language plpgsql as $$
begin
  -- Those that somebody else is taking away are his: two changes at once leave two marks, and the next change takes both.
  delete from card_marks m using (
    select host_id, mark from card_marks where host_id = any (p_hosts) for update skip locked
  ) old
  where m.host_id = old.host_id and m.mark = old.mark;
  insert into card_marks (host_id) select distinct unnest(p_hosts);
end $$;

-- The state of all that a host's cards show: each committed change makes another one.
create function card_state(p_host uuid) returns text language sql stable as $$
  select coalesce(string_agg(mark::text, ' ' order by mark), '') from card_marks where host_id = p_host
$$;

-- Of a user what is shown: on his own cards and on those of types that he hosts for others.
create function users_cards_changed() returns trigger language plpgsql as $$
declare
  shown uuid[] := array(
    select id from changed join was using (id)
    where (changed.username, changed.first_name, changed.last_name, changed.time_zone, changed.status, changed.allowed_origins)
      is distinct from (was.username, was.first_name, was.last_name, was.time_zone, was.status, was.allowed_origins));
begin
  if shown <> '{}' then
    perform mark_cards(array(
      select unnest(shown)
      union select t.owner_id from group_hosts g join meeting_types t on t.id = g.meeting_type_id
        where g.host_id = any (shown)));
  end if;
  return null;
end $$;
create trigger cards_by_update after update on users
  referencing old table as was new table as changed for each statement execute function users_cards_changed();

create function types_cards_changed() returns trigger language plpgsql as $$
begin
  perform mark_cards(array(select owner_id from changed));
  return null;
end $$;
create trigger cards_by_insert after insert on meeting_types
  referencing new table as changed for each statement execute function types_cards_changed();
create trigger cards_by_delete after delete on meeting_types
  referencing old table as changed for each statement execute function types_cards_changed();
-- whose it was and whose it is: a type may pass to somebody else
create trigger cards_by_update_from after update on meeting_types
  referencing old table as changed for each statement execute function types_cards_changed();
create trigger cards_by_update_to after update on meeting_types
  referencing new table as changed for each statement execute function types_cards_changed();

create function hosts_cards_changed() returns trigger language plpgsql as $$
begin
  perform mark_cards(array(
    select t.owner_id from changed join meeting_types t on t.id = changed.meeting_type_id));
  return null;
end $$;
create trigger cards_by_insert after insert on group_hosts
  referencing new table as changed for each statement execute function hosts_cards_changed();
create trigger cards_by_delete after delete on group_hosts
  referencing old table as changed for each statement execute function hosts_cards_changed();
create trigger cards_by_update after update on group_hosts
  referencing new table as changed for each statement execute function hosts_cards_changed();

-- Who may host raises the version of the types that he hosts, by a trigger, and so marks their owners. An organization that
-- is deleted has no hosts any more.
create function organizations_cards_changed() returns trigger language plpgsql as $$
begin
  perform mark_cards(array(select owner_id from meeting_types where organization_id = new.id));
  return null;
end $$;
create trigger cards_by_end after update of deleted_at on organizations
  for each row when (old.deleted_at is distinct from new.deleted_at) execute function organizations_cards_changed();

-- Of a type also which row of it it is, since not only its settings' statement may change it.
create or replace function availability_state(p_type uuid) returns text language sql stable as $$
  select md5(t.version || ' ' || t.xmin || ' ' || (
    select string_agg(h.host_id || ':' || coalesce(v.version, 0), ' ' order by h.host_id)
    from (select host_id from group_hosts where meeting_type_id = t.id union select t.owner_id) h
    left join availability_versions v using (host_id)))
  from meeting_types t where t.id = p_type
$$;

-- migrate:down
create or replace function availability_state(p_type uuid) returns text language sql stable as $$
  select md5(t.version || ' ' || (
    select string_agg(h.host_id || ':' || coalesce(v.version, 0), ' ' order by h.host_id)
    from (select host_id from group_hosts where meeting_type_id = t.id union select t.owner_id) h
    left join availability_versions v using (host_id)))
  from meeting_types t where t.id = p_type
$$;
drop trigger cards_by_end on organizations;
drop function organizations_cards_changed();
drop trigger cards_by_update on group_hosts;
drop trigger cards_by_delete on group_hosts;
drop trigger cards_by_insert on group_hosts;
drop function hosts_cards_changed();
drop trigger cards_by_update_to on meeting_types;
drop trigger cards_by_update_from on meeting_types;
drop trigger cards_by_delete on meeting_types;
drop trigger cards_by_insert on meeting_types;
drop function types_cards_changed();
drop trigger cards_by_update on users;
drop function users_cards_changed();
drop function card_state(uuid);
drop function mark_cards(uuid[]);
drop table card_marks;
