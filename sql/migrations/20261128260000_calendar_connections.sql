-- migrate:up
-- Somebody who is on his way to a provider to let us into his calendars. Back in the browser that he left by, he is
-- known by its cookie; else what the provider answered waits until he comes for it with his token.
create table calendar_attempts (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  provider text not null check (provider in ('google', 'microsoft')),
  -- SHA-256 of what the provider brings back, and of what the browser keeps
  state_hash text not null unique,
  browser_hash text not null,
  -- sealed for this row by src/secret-box.ts, both
  sealed_verifier text not null,
  sealed_nonce text not null,
  return_to text,
  -- SHA-256 of what he is to bring then, and the provider's answer, sealed too
  code_hash text unique,
  sealed_answer text,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  check ((code_hash is null) = (sealed_answer is null))
);
create index calendar_attempts_by_user on calendar_attempts (user_id);
create index calendar_attempts_by_end on calendar_attempts (expires_at);

-- What a connection that is gone has left at its provider: kept until it is withdrawn there, and a day at most.
create table calendar_revocations (
  -- the connection's own id, for which its credentials are sealed
  id uuid primary key,
  provider text not null,
  account_id text not null,
  credentials text not null,
  -- [{"externalId": …, "resourceId": …}] of the pushes that it had
  channels jsonb not null check (jsonb_typeof(channels) = 'array'),
  created_at timestamptz not null default now()
);
create index calendar_revocations_by_age on calendar_revocations (created_at);

create index calendar_connections_by_user on calendar_connections (user_id, created_at desc, id desc);
create index calendar_connections_by_account on calendar_connections (provider, account_id);
create index external_busy_by_end on external_busy (upper(during));
create index open_calendar_promises on outbox (subject_id) where queue = 'calendar-sync' and done_at is null;

-- Is there room for one more account or feed of a user? Whoever asks waits for who asked before; raises where there is none.
create function calendar_room(p_kind text, p_user uuid, p_most int) returns boolean language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('calendar ' || p_kind || ' ' || p_user, 0));
  if p_most <= (case p_kind
    when 'account' then (select count(*) from calendar_connections where user_id = p_user)
    when 'feed' then (select count(*) from calendar_feeds where user_id = p_user)
  end) then
    raise exception using errcode = 'KA001', message = 'calendar_limit';
  end if;
  return true;
end $$;

-- Does a calendar matter to anything: is it checked, or written to, for all meeting types or for one?
create function calendar_in_use(p_calendar uuid) returns boolean language sql stable as $$
  select exists (
    select from calendars c where c.id = p_calendar and (c.checks_conflicts or c.is_destination))
  or exists (
    select from meeting_type_calendars m where m.calendar_id = p_calendar and (m.checks_conflicts or m.is_destination))
$$;

-- After a choice of calendars: what is known of those that matter no more is forgotten, titles that are not to be kept go,
-- and those that we know nothing of are promised to be read. To how many that applies.
create function settle_calendars(p_user uuid, p_now timestamptz) returns int language plpgsql as $$
declare
  promised int;
begin
  delete from external_busy b using calendars c
    where c.user_id = p_user and b.calendar_id = c.id and not calendar_in_use(c.id);
  update calendars c set cursor = null, synced = null, synced_at = null, failing_since = null, last_error = null
    where c.user_id = p_user and (c.cursor is not null or c.synced is not null) and not calendar_in_use(c.id);
  update external_busy b set title = null from calendars c
    where c.user_id = p_user and b.calendar_id = c.id and not c.keeps_titles and b.title is not null;
  insert into outbox (id, queue, kind, subject_id, user_id, version, due_at, created_at)
    select gen_random_uuid(), 'calendar-sync', 'calendar.sync', c.id, c.user_id, 1, p_now, p_now
    from calendars c join calendar_connections n on n.id = c.connection_id
    where c.user_id = p_user and c.cursor is null and n.status <> 'needs_reauth' and calendar_in_use(c.id)
      and not exists (select from outbox o
        where o.queue = 'calendar-sync' and o.kind = 'calendar.sync' and o.subject_id = c.id and o.done_at is null)
    on conflict do nothing;
  get diagnostics promised = row_count;
  return promised;
end $$;

-- Chooses among the calendars of a connection: what is absent from a wish stays. Locks, then looks: of all calendars of a
-- user one receives bookings, the one that was chosen last. To how many reading is promised.
create function choose_calendars(p_user uuid, p_connection uuid, p_wishes jsonb, p_now timestamptz) returns int language plpgsql as $$
declare
  chosen uuid;
begin
  perform pg_advisory_xact_lock(hashtextextended('calendars ' || p_user, 0));
  select c.id into chosen from jsonb_to_recordset(p_wishes) as w("id" uuid, "isDestination" boolean)
    join calendars c on c.id = w.id
    where c.user_id = p_user and c.connection_id = p_connection and c.can_write and w."isDestination" limit 1;
  update calendars set is_destination = false
    where user_id = p_user and is_destination and id <> chosen;
  update calendars c set checks_conflicts = coalesce(w."checksConflicts", c.checks_conflicts),
    is_destination = coalesce(w."isDestination" and c.can_write, c.is_destination),
    blocks_tentative = coalesce(w."blocksTentative", c.blocks_tentative),
    keeps_titles = coalesce(w."keepsTitles", c.keeps_titles),
    when_unreachable = coalesce(w."whenUnreachable", c.when_unreachable),
    -- titles come by reading everything again
    cursor = case when w."keepsTitles" and not c.keeps_titles then null else c.cursor end
    from jsonb_to_recordset(p_wishes) as w("id" uuid, "checksConflicts" boolean, "isDestination" boolean,
      "blocksTentative" boolean, "keepsTitles" boolean, "whenUnreachable" text)
    where c.id = w.id and c.user_id = p_user and c.connection_id = p_connection;
  return settle_calendars(p_user, p_now);
end $$;

-- Ends a user's connections, one or all of them, with everything that we have of them. What has to be withdrawn at the
-- provider is set aside and promised, so that one who does not answer keeps nothing here. The ids of those that are gone.
create function end_calendar_connections(p_user uuid, p_connection uuid, p_now timestamptz) returns setof uuid language sql as $$
  with gone as (
    delete from calendar_connections c where c.user_id = p_user and (p_connection is null or c.id = p_connection)
    returning c.id, c.provider, c.account_id, c.credentials
  ), pushed as (
    select c.connection_id, jsonb_agg(jsonb_build_object('externalId', h.external_id, 'resourceId', h.resource_id)) as channels
    from gone join calendars c on c.connection_id = gone.id join calendar_channels h on h.calendar_id = c.id
    group by c.connection_id
  ), set_aside as (
    insert into calendar_revocations (id, provider, account_id, credentials, channels, created_at)
    select gone.id, gone.provider, gone.account_id, gone.credentials, coalesce(pushed.channels, '[]'), p_now
    from gone left join pushed on pushed.connection_id = gone.id
    -- Microsoft has nothing to withdraw by an app, and the others gave us nothing
    where gone.provider = 'google' or pushed.channels is not null
    returning id
  ), promised as (
    insert into outbox (id, queue, kind, subject_id, due_at, created_at)
    select gen_random_uuid(), 'calendar-sync', 'calendar.revoke', id, p_now, p_now from set_aside
  ), closed as (
    update outbox o set done_at = p_now, outcome = 'superseded'
    from gone join calendars c on c.connection_id = gone.id
    where o.queue = 'calendar-sync' and o.kind = 'calendar.sync' and o.subject_id = c.id and o.done_at is null
  )
  select id from gone
$$;

-- A calendar's cursor moves with every sync: of its columns only those count that decide about free times.
create function calendar_choice_changed() returns trigger language plpgsql as $$
begin
  perform raise_availability(array(
    select c.user_id from changed c join was w using (id)
    where (c.checks_conflicts, c.blocks_tentative, c.when_unreachable)
        is distinct from (w.checks_conflicts, w.blocks_tentative, w.when_unreachable)
      or (c.when_unreachable <> 'keep'
        and (c.failing_since is null, c.synced is null) is distinct from (w.failing_since is null, w.synced is null))));
  return null;
end $$;
create trigger availability_of_new_calendars after insert on calendars
  referencing new table as changed for each statement execute function availability_changed('user_id');
create trigger availability_of_choices after update on calendars
  referencing old table as was new table as changed for each statement execute function calendar_choice_changed();
create trigger availability_of_lost_calendars after delete on calendars
  referencing old table as changed for each statement execute function availability_changed('user_id');

-- With a calendar that is gone go its rows here, and the calendar itself has said so.
create function type_choice_changed() returns trigger language plpgsql as $$
begin
  perform raise_availability(array(
    select c.user_id from changed join calendars c on c.id = changed.calendar_id));
  return null;
end $$;
create trigger availability_of_new_type_choices after insert on meeting_type_calendars
  referencing new table as changed for each statement execute function type_choice_changed();
create trigger availability_of_type_choices after update on meeting_type_calendars
  referencing new table as changed for each statement execute function type_choice_changed();
create trigger availability_of_lost_type_choices after delete on meeting_type_calendars
  referencing old table as changed for each statement execute function type_choice_changed();

-- migrate:down
drop trigger availability_of_lost_type_choices on meeting_type_calendars;
drop trigger availability_of_type_choices on meeting_type_calendars;
drop trigger availability_of_new_type_choices on meeting_type_calendars;
drop function type_choice_changed();
drop trigger availability_of_lost_calendars on calendars;
drop trigger availability_of_choices on calendars;
drop trigger availability_of_new_calendars on calendars;
drop function calendar_choice_changed();
drop function end_calendar_connections(uuid, uuid, timestamptz);
drop function choose_calendars(uuid, uuid, jsonb, timestamptz);
drop function settle_calendars(uuid, timestamptz);
drop function calendar_in_use(uuid);
drop function calendar_room(text, uuid, int);
delete from outbox where kind = 'calendar.revoke';
drop index open_calendar_promises;
drop index external_busy_by_end;
drop index calendar_connections_by_account;
drop index calendar_connections_by_user;
drop table calendar_revocations;
drop table calendar_attempts;
