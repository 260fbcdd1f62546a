-- migrate:up
-- Who works together. A deleted one stays as a row that nobody sees: what was booked speaks of it.
create table organizations (
  id uuid primary key,
  name text not null check (name <> ''),
  -- always an admin among its members
  owner_id uuid not null references users,
  version int not null default 1,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index organizations_by_owner on organizations (owner_id);
create trigger organizations_updated before update on organizations
  for each row execute function touch_updated_at();

create table organization_members (
  id uuid primary key,
  organization_id uuid not null references organizations on delete cascade,
  user_id uuid not null references users on delete cascade,
  role text not null check (role in ('admin', 'member')),
  -- whether he has agreed that others name him as a host
  can_host boolean not null default false,
  -- null: he joined by himself
  added_by uuid references users on delete set null,
  -- raised by taking that back: the link by which he may agree in one click is bound to it
  consent_version int not null default 1,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, user_id)
);
create index organization_members_by_user on organization_members (user_id, organization_id);
create index organization_members_by_time on organization_members (organization_id, created_at, id);
create trigger organization_members_updated before update on organization_members
  for each row execute function touch_updated_at();

-- An address that was asked to join. Its link is derived from id, address and version; nothing of it is stored.
create table organization_invitations (
  id uuid primary key,
  organization_id uuid not null references organizations on delete cascade,
  email citext not null,
  role text not null check (role in ('admin', 'member')),
  invited_by uuid references users on delete set null,
  version int not null default 1,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by uuid references users on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index one_open_invitation on organization_invitations (organization_id, email) where accepted_at is null;
create index organization_invitations_by_time on organization_invitations (organization_id, created_at, id);
create trigger organization_invitations_updated before update on organization_invitations
  for each row execute function touch_updated_at();

alter table meeting_types add column organization_id uuid references organizations;
create index meeting_types_by_organization on meeting_types (organization_id, created_at, id)
  where organization_id is not null;
-- since when it is noted, and the type's owner told, that a host takes no meetings of this type any more
alter table group_hosts add column gone_at timestamptz;
create index users_not_active on users (id) where status <> 'ACTIVE';

-- whose membership or which invitation a mail is about
alter table outbox add column member_id uuid references organization_members on delete set null,
  add column invitation_id uuid references organization_invitations on delete set null;
create index outbox_by_member on outbox (member_id) where member_id is not null;
create index outbox_by_invitation on outbox (invitation_id) where invitation_id is not null;

-- May this user be met by guests of a type of this organization? Of a type of none, whoever is named.
create function may_host(p_organization uuid, p_user uuid) returns boolean language sql stable as $$
  select p_organization is null or exists (
    select from organization_members m join organizations o on o.id = m.organization_id
    where m.organization_id = p_organization and m.user_id = p_user and m.can_host and o.deleted_at is null)
$$;

-- May this user change a type? Its owner; of an organization's type its admins, and its owner while he belongs to it.
create function may_edit(p_organization uuid, p_owner uuid, p_user uuid) returns boolean language sql stable as $$
  select case when p_organization is null then p_owner = p_user else exists (
    select from organization_members m join organizations o on o.id = m.organization_id
    where m.organization_id = p_organization and m.user_id = p_user and o.deleted_at is null
      and (m.role = 'admin' or p_owner = p_user)) end
$$;

-- Whose owner is no more there to look after it, though the organization's owner is.
create function is_orphaned(p_organization uuid, p_owner uuid) returns boolean language sql stable as $$
  select exists (
    select from organizations o join users heir on heir.id = o.owner_id and heir.status = 'ACTIVE'
    where o.id = p_organization and o.deleted_at is null and o.owner_id <> p_owner
      and not exists (
        select from organization_members m join users u on u.id = m.user_id and u.status = 'ACTIVE'
        where m.organization_id = o.id and m.user_id = p_owner))
$$;

-- What keeps these settings of a type from being its own, as [{"path", "code"}]: who may not name an organization, hosts who
-- may not be named, schedules of somebody else. Locks the memberships it has looked at until the statement has ended, the
-- organization first, as everybody who changes them does.
--   p_type  the type that is changed, or null for a new one; who is named there already may stay named
create function wrong_settings(p_type uuid, p_owner uuid, p_organization uuid, p_actor uuid, p_settings jsonb) returns jsonb
language plpgsql as $$
declare
  hosts uuid[] := array(select (h ->> 'userId')::uuid
    from jsonb_array_elements(p_settings -> 'hostGroups') g, jsonb_array_elements(g -> 'hosts') h);
begin
  if p_organization is not null then
    perform from organizations where id = p_organization for share;
    perform from organization_members where organization_id = p_organization and user_id = any (hosts || p_actor)
      order by user_id for no key update;
    if not exists (
      select from organization_members m join organizations o on o.id = m.organization_id
      where m.organization_id = p_organization and m.user_id = p_actor and o.deleted_at is null)
    then
      return '[{"path": "organizationId", "code": "stranger"}]';
    end if;
    if not (p_type is not null and p_actor = p_owner) and not exists (
      select from organization_members where organization_id = p_organization and user_id = p_actor and role = 'admin')
    then
      return '[{"path": "organizationId", "code": "member"}]';
    end if;
  end if;
  return coalesce((
    with named as (
      select (h.entry ->> 'userId')::uuid as host_id, (h.entry ->> 'scheduleId')::uuid as schedule_id,
        format('hostGroups.%s.hosts.%s.', g.position - 1, h.position - 1) as path
      from jsonb_array_elements(p_settings -> 'hostGroups') with ordinality as g(entry, position),
        jsonb_array_elements(g.entry -> 'hosts') with ordinality as h(entry, position)
    ), wrong as (
      select path || 'userId' as path, case when m.id is null then 'no member' else 'not agreed' end as code
      from named left join organization_members m on m.organization_id = p_organization and m.user_id = host_id
      where p_organization is not null and m.can_host is not true
        and not exists (select from group_hosts where meeting_type_id = p_type and host_id = named.host_id)
      union all
      select path || 'scheduleId', 'foreign' from named
      where schedule_id is not null
        and not exists (select from schedules s where s.id = schedule_id and s.user_id = named.host_id)
      union all
      select 'scheduleId', 'foreign' where p_settings ->> 'scheduleId' is not null
        and not exists (select from schedules s where s.id = (p_settings ->> 'scheduleId')::uuid and s.user_id = p_owner)
    )
    select jsonb_agg(jsonb_build_object('path', path, 'code', code)) from wrong), '[]');
end $$;

-- How many people were asked to join an organization, or by one person, in the 24 hours before. To be asked under the lock of
-- the organization's row, so that nobody is counted while another one is added.
create function count_invited(p_organization uuid, p_actor uuid, p_now timestamptz) returns int language plpgsql as $$
begin
  return (
    select greatest(
      (select count(*) from audit_log where subject_id = p_organization and created_at > p_now - interval '24 hours'
        and action in ('ORG_MEMBER_ADDED', 'ORG_INVITED')),
      (select count(*) from audit_log where actor_id = p_actor and created_at > p_now - interval '24 hours'
        and action in ('ORG_MEMBER_ADDED', 'ORG_INVITED'))));
end $$;

-- Whether meetings of an organization's types lie ahead. Waits for those that are being booked; whoever wants to book one
-- afterwards waits for the caller, and then finds the type changed.
create function is_organization_in_use(p_organization uuid, p_now timestamptz) returns boolean language plpgsql as $$
begin
  perform lock_hosts(array(
    select g.host_id from meeting_types t join group_hosts g on g.meeting_type_id = t.id
    where t.organization_id = p_organization));
  return exists (
    select from meeting_types t join bookings b on b.meeting_type_id = t.id
    where t.organization_id = p_organization and lower(b.during) > p_now
      and (b.status = 'CONFIRMED' or b.status = 'PENDING' and (b.expires_at is null or b.expires_at > p_now)));
end $$;

-- Who may be met has changed: copies of free times are stale, and whoever is about to book looks again.
create function member_changed() returns trigger language plpgsql as $$
declare
  organization uuid := coalesce(new.organization_id, old.organization_id);
  host uuid := coalesce(new.user_id, old.user_id);
  type uuid;
begin
  for type in
    select t.id from meeting_types t
    where t.organization_id = organization and t.archived_at is null
      and exists (select from group_hosts g where g.meeting_type_id = t.id and g.host_id = host)
    order by t.id for no key update
  loop
    update meeting_types set version = version + 1 where id = type;
  end loop;
  return null;
end $$;
create trigger types_by_insert after insert on organization_members
  for each row when (new.can_host) execute function member_changed();
create trigger types_by_update after update of can_host on organization_members
  for each row when (old.can_host is distinct from new.can_host) execute function member_changed();
create trigger types_by_delete after delete on organization_members
  for each row when (old.can_host) execute function member_changed();

-- migrate:down
drop trigger types_by_insert on organization_members;
drop trigger types_by_update on organization_members;
drop trigger types_by_delete on organization_members;
drop function member_changed();
drop function is_organization_in_use(uuid, timestamptz);
drop function count_invited(uuid, uuid, timestamptz);
drop function wrong_settings(uuid, uuid, uuid, uuid, jsonb);
drop function is_orphaned(uuid, uuid);
drop function may_edit(uuid, uuid, uuid);
drop function may_host(uuid, uuid);
alter table outbox drop column member_id, drop column invitation_id;
drop index users_not_active;
alter table group_hosts drop column gone_at;
alter table meeting_types drop column organization_id;
drop table organization_invitations;
drop table organization_members;
drop table organizations;
