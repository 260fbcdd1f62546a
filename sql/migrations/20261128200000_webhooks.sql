-- migrate:up
-- Where somebody wants to be told by HTTP of what happens to bookings and meeting types: a user of his own, an
-- organization of those of its types.
create table webhook_endpoints (
  id uuid primary key,
  owner_id uuid references users on delete cascade,
  organization_id uuid references organizations on delete cascade,
  url text not null,
  description text,
  -- the names of events, as src/webhooks/events.ts lists them
  events jsonb not null check (jsonb_typeof(events) = 'array'),
  -- sealed for this row by src/secret-box.ts, both
  secret text not null,
  previous_secret text,
  -- until then both sign
  previous_secret_until timestamptz,
  is_active boolean not null default true,
  -- since when nothing but failures came back; null: the last attempt was a success, or there was none
  failing_since timestamptz,
  -- when the owner was told that it fails
  warned_at timestamptz,
  -- when and why we stopped by ourselves; its owner starts it again
  disabled_at timestamptz,
  disabled_reason text check (disabled_reason in ('gone', 'failing')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (num_nonnulls(owner_id, organization_id) = 1),
  check ((disabled_at is null) = (disabled_reason is null)),
  check (disabled_at is null or not is_active),
  check ((previous_secret is null) = (previous_secret_until is null))
);
create index webhook_endpoints_by_owner on webhook_endpoints (owner_id, created_at desc, id desc);
create index webhook_endpoints_by_organization on webhook_endpoints (organization_id) where organization_id is not null;
create trigger webhook_endpoints_updated before update on webhook_endpoints
  for each row execute function touch_updated_at();

alter table outbox
  add column endpoint_id uuid references webhook_endpoints on delete cascade,
  -- what it is about where that is no booking; it may be gone
  add column subject_id uuid,
  -- of the booking or meeting type once the event had happened: the order of events
  add column version int,
  -- the promise whose webhook is sent once more
  add column replay_of uuid references outbox on delete cascade,
  -- until when a worker has it; null once it is put off
  add column taken_until timestamptz,
  -- of a reminder: when it was to fire. due_at moves with every lease
  add column reminds_at timestamptz;
create index outbox_by_endpoint on outbox (endpoint_id, created_at desc, id desc) where endpoint_id is not null;
create index outbox_lanes on outbox (endpoint_id, due_at, id) where queue = 'webhooks' and done_at is null;
create index outbox_taken on outbox (endpoint_id, taken_until)
  where queue = 'webhooks' and done_at is null and taken_until is not null;
create index outbox_in_order on outbox (endpoint_id, booking_id, version)
  where queue = 'webhooks' and done_at is null and booking_id is not null;
create index outbox_by_replay on outbox (replay_of) where replay_of is not null;
-- A booking's reminders to guest and host fire at the same time; of each time a webhook tells once.
create unique index one_webhook_per_reminder on outbox (endpoint_id, booking_id, sequence, reminds_at)
  where endpoint_id is not null and reminds_at is not null;

create function keep_reminder_time() returns trigger language plpgsql as $$
begin
  new.reminds_at := new.due_at;
  return new;
end $$;
create trigger reminder_time before insert on outbox
  for each row when (new.queue = 'reminders') execute function keep_reminder_time();
update outbox set reminds_at = due_at where queue = 'reminders' and done_at is null;

-- Every try of a webhook, written before it is sent: one without an end is one whose worker died, and may have
-- arrived. Of what was sent it keeps ids only.
create table webhook_attempts (
  outbox_id uuid not null references outbox on delete cascade,
  attempt int not null,
  request text not null,
  started_at timestamptz not null,
  duration_ms int,
  -- of the answer; null where there was none
  status int,
  error text,
  response text,
  primary key (outbox_id, attempt)
);
create index webhook_attempts_by_start on webhook_attempts (started_at);

-- May this user see and change an endpoint? His own, and those of organizations that he is an admin of.
create function may_manage_webhook(p_owner uuid, p_organization uuid, p_user uuid) returns boolean language sql stable as $$
  select case when p_organization is null then p_owner = p_user else exists (
    select from organization_members m join organizations o on o.id = m.organization_id
    where m.organization_id = p_organization and m.user_id = p_user and m.role = 'admin' and o.deleted_at is null) end
$$;

-- The event that a change of a booking is told as; null: it is not told. Of a booking that awaits its guest's word hosts
-- hear nothing, so it is created when he has given it.
create function webhook_event(p_change text, p_awaits_guest boolean) returns text language sql immutable as $$
  select case when not p_awaits_guest then case p_change
    when 'booked' then 'booking.created'
    when 'verified' then 'booking.created'
    when 'joined' then 'booking.created'
    when 'confirmed' then 'booking.confirmed'
    when 'restored' then 'booking.confirmed'
    when 'declined' then 'booking.declined'
    when 'expired' then 'booking.declined'
    when 'rescheduled' then 'booking.rescheduled'
    when 'reassigned' then 'booking.rescheduled'
    when 'moved_in' then 'booking.rescheduled'
    when 'moved_away' then 'booking.rescheduled'
    when 'cancelled' then 'booking.cancelled'
    when 'left' then 'booking.cancelled'
    when 'no_show' then 'booking.no_show'
    when 'no_show_undone' then 'booking.no_show'
  end end
$$;

-- The endpoints that want to hear of an event of a booking: of its hosts, of the owner of its type and its organization,
-- and of p_also, who were its hosts before.
create function webhook_endpoints_of(p_booking uuid, p_event text, p_also jsonb) returns setof uuid
language sql stable as $$
  -- by each of its few owners: planned as a set it would read every endpoint there is
  select e.id from unnest(array(
    select host_id from booking_hosts where booking_id = p_booking
    union select t.owner_id from bookings b join meeting_types t on t.id = b.meeting_type_id where b.id = p_booking
    union select h::uuid from jsonb_array_elements_text(case jsonb_typeof(p_also) when 'array' then p_also end) h
  )) as owner(id) cross join lateral (
    select id from webhook_endpoints where owner_id = owner.id and is_active and events ? p_event offset 0
  ) e
  union all
  select e.id from bookings b join meeting_types t on t.id = b.meeting_type_id cross join lateral (
    select id from webhook_endpoints where organization_id = t.organization_id and is_active and events ? p_event offset 0
  ) e
  where b.id = p_booking
$$;

-- What is written into a booking's history is promised to the endpoints that want it, so that no statement can forget.
create function promise_booking_webhooks() returns trigger language plpgsql as $$
begin
  if not exists (select from webhook_endpoints where is_active) then
    return null;
  end if;
  insert into outbox (id, queue, kind, booking_id, endpoint_id, version, due_at, created_at)
  select gen_random_uuid(), 'webhooks', told.event, c.booking_id, e.id, c.version, c.created_at, c.created_at
  from changed c
  join bookings b on b.id = c.booking_id
  cross join lateral webhook_event(c.event, b.awaits_guest) as told(event)
  cross join lateral webhook_endpoints_of(c.booking_id, told.event, c.was -> 'hosts') as e(id)
  where told.event is not null;
  return null;
end $$;
create trigger webhooks_of_bookings after insert on booking_history
  referencing new table as changed for each statement execute function promise_booking_webhooks();

-- Promises an event of a user's own, or of an organization's too, to those of their endpoints that want it; to how many.
create function promise_webhooks(p_owner uuid, p_organization uuid, p_event text, p_subject uuid, p_version int, p_now timestamptz) returns int
language sql as $$
  with promised as (
    insert into outbox (id, queue, kind, endpoint_id, subject_id, version, due_at, created_at)
    select gen_random_uuid(), 'webhooks', p_event, e.id, p_subject, p_version, p_now, p_now
    from webhook_endpoints e
    where (e.owner_id = p_owner or e.organization_id = p_organization) and e.is_active and e.events ? p_event
    returning id
  )
  select count(*)::int from promised
$$;

create function promise_type_webhooks() returns trigger language plpgsql as $$
declare
  of_type meeting_types := coalesce(new, old);
begin
  perform promise_webhooks(of_type.owner_id, of_type.organization_id,
    case when tg_op = 'INSERT' then 'meeting_type.created'
      when tg_op = 'UPDATE' and new.archived_at is null then 'meeting_type.updated'
      else 'meeting_type.deleted' end,
    of_type.id, of_type.version + (tg_op = 'DELETE')::int, now());
  return null;
end $$;
create trigger webhooks_of_new_types after insert on meeting_types
  for each row execute function promise_type_webhooks();
create trigger webhooks_of_changed_types after update on meeting_types
  for each row when (old.version <> new.version and old.archived_at is null) execute function promise_type_webhooks();
create trigger webhooks_of_deleted_types after delete on meeting_types
  for each row when (old.archived_at is null) execute function promise_type_webhooks();

create or replace function plan_use(p_limit text, p_owner uuid, p_within uuid) returns int language sql stable as $$
  select (case p_limit
    when 'meetingTypes' then (select count(*) from meeting_types where owner_id = p_owner and archived_at is null)
    when 'schedules' then (select count(*) from schedules where user_id = p_owner)
    when 'apiKeys' then (select count(*) from api_keys where user_id = p_owner and revoked_at is null)
    -- of one type, or of the type that has most
    when 'linksPerMeetingType' then coalesce((
      select max(n) from (
        select count(*) as n from booking_links l join meeting_types t on t.id = l.meeting_type_id
        where t.owner_id = p_owner and (p_within is null or t.id = p_within) group by t.id) counted), 0)
    -- also of organizations that are his
    when 'webhooks' then (select count(*) from webhook_endpoints
      where owner_id = p_owner or organization_id in (select id from organizations where owner_id = p_owner))
  end)::int
$$;

-- migrate:down
create or replace function plan_use(p_limit text, p_owner uuid, p_within uuid) returns int language sql stable as $$
  select (case p_limit
    when 'meetingTypes' then (select count(*) from meeting_types where owner_id = p_owner and archived_at is null)
    when 'schedules' then (select count(*) from schedules where user_id = p_owner)
    when 'apiKeys' then (select count(*) from api_keys where user_id = p_owner and revoked_at is null)
    -- of one type, or of the type that has most
    when 'linksPerMeetingType' then coalesce((
      select max(n) from (
        select count(*) as n from booking_links l join meeting_types t on t.id = l.meeting_type_id
        where t.owner_id = p_owner and (p_within is null or t.id = p_within) group by t.id) counted), 0)
  end)::int
$$;
drop trigger webhooks_of_deleted_types on meeting_types;
drop trigger webhooks_of_changed_types on meeting_types;
drop trigger webhooks_of_new_types on meeting_types;
drop function promise_type_webhooks();
drop function promise_webhooks(uuid, uuid, text, uuid, int, timestamptz);
drop trigger webhooks_of_bookings on booking_history;
drop function promise_booking_webhooks();
drop function webhook_endpoints_of(uuid, text, jsonb);
drop function webhook_event(text, boolean);
drop function may_manage_webhook(uuid, uuid, uuid);
drop table webhook_attempts;
drop trigger reminder_time on outbox;
drop function keep_reminder_time();
delete from outbox where endpoint_id is not null;
alter table outbox drop column endpoint_id, drop column subject_id, drop column version, drop column replay_of,
  drop column taken_until, drop column reminds_at;
drop table webhook_endpoints;
