-- migrate:up
alter table calendars
  -- whose pages count: the run that began last
  add column run_id uuid,
  -- runs in a row that brought nothing
  add column quiet_runs int not null default 0 check (quiet_runs >= 0),
  -- when a worker looks at it next, whatever is pushed; -infinity: as soon as one can; null: never, nobody wants it
  add column poll_at timestamptz default '-infinity',
  -- when it needs another channel
  add column channel_at timestamptz default '-infinity';
create index calendars_to_poll on calendars (poll_at) where poll_at is not null;
create index calendars_to_watch on calendars (channel_at) where channel_at is not null;
create index calendars_failing on calendars (failing_since) where failing_since is not null;
-- of whom all are looked at: what is chosen by meeting type may be a calendar that is not checked otherwise
create index calendars_by_owner on calendars (user_id);
drop index calendars_by_user;

-- until then its provider wants to hear nothing of us
alter table calendar_connections add column throttled_until timestamptz;

-- by which run the event was seen last; null: by none since it was made
alter table calendar_events add column seen_generation int;
create index calendar_events_ahead on calendar_events (calendar_id, upper(during));
create function forget_seen_event() returns trigger language plpgsql as $$
begin
  new.seen_generation := null;
  return new;
end $$;
create trigger calendar_events_anew before update of calendar_id, external_id on calendar_events
  for each row when ((old.calendar_id, old.external_id) is distinct from (new.calendar_id, new.external_id))
  execute function forget_seen_event();

-- from when on it is of no more use; it is stopped at the provider then, and forgotten
alter table calendar_channels add column close_at timestamptz;
create index calendar_channels_to_close on calendar_channels (close_at) where close_at is not null;
create index calendar_channels_by_end on calendar_channels (expires_at);
drop index calendar_channels_to_renew;

-- One open promise of a calendar: whatever is pushed meanwhile raises its version.
create unique index one_sync_per_calendar on outbox (subject_id)
  where queue = 'calendar-sync' and kind = 'calendar.sync' and done_at is null;
-- What is about nobody's calendar any more goes by itself.
create index outbox_calendar_lanes on outbox (coalesce(user_id, subject_id), kind desc, due_at, id)
  where queue = 'calendar-sync' and done_at is null;
create index outbox_calendar_taken on outbox (coalesce(user_id, subject_id), taken_until)
  where queue = 'calendar-sync' and done_at is null and taken_until is not null;

-- Whether anything depends on what is in a calendar.
create function is_calendar_wanted(p_calendar uuid, p_now timestamptz) returns boolean language sql stable as $$
  select exists (
    select from calendars c join users u on u.id = c.user_id and u.status = 'ACTIVE'
    where c.id = p_calendar and (calendar_in_use(c.id)
      -- our own events in it may be moved, also when new ones are written elsewhere
      or exists (select from calendar_events e where e.calendar_id = c.id and upper(e.during) > p_now)))
$$;

-- Promises to look at calendars at once, where anything depends on them and we are let in; how many. What is under way is
-- done again when it has ended.
create function promise_sync(p_calendars uuid[], p_now timestamptz) returns int language plpgsql as $$
declare
  promised int;
begin
  insert into outbox as o (id, queue, kind, subject_id, user_id, version, due_at, created_at)
  select gen_random_uuid(), 'calendar-sync', 'calendar.sync', c.id, c.user_id, 1, p_now, p_now
  from calendars c join calendar_connections n on n.id = c.connection_id
  where c.id = any (p_calendars) and n.status <> 'needs_reauth' and is_calendar_wanted(c.id, p_now)
  order by c.id
  on conflict (subject_id) where queue = 'calendar-sync' and kind = 'calendar.sync' and done_at is null
  do update set version = o.version + 1,
    due_at = case when o.taken_until > p_now then o.due_at else least(o.due_at, p_now) end;
  get diagnostics promised = row_count;
  return promised;
end $$;

-- What others have taken from a host, of the calendars that count for a type: spans, and 2 for what is in a calendar, 3
-- where nobody knows what is in it and he wants no booking then.
create function busy_elsewhere(p_host uuid, p_type uuid, p_span tstzrange)
returns table (span tstzrange, kind int) language plpgsql stable as $$
declare
  counting uuid[];
  tentative uuid[];
  is_unknown boolean;
begin
  with own as (
    select c.id, m.checks_conflicts as of_type, c.checks_conflicts as of_all, c.blocks_tentative, c.when_unreachable,
      c.failing_since is not null or n.status = 'needs_reauth' as is_failing, c.synced is null as is_new,
      bool_or(m.calendar_id is not null) over () as is_chosen
    from calendars c join calendar_connections n on n.id = c.connection_id
      left join meeting_type_calendars m on m.calendar_id = c.id and m.meeting_type_id = p_type
    where c.user_id = p_host
  ), checked as (
    select * from own where case when is_chosen then of_type else of_all end
  )
  select array_agg(id) filter (where not is_failing or when_unreachable = 'keep'),
    array_agg(id) filter (where blocks_tentative), bool_or((is_failing or is_new) and when_unreachable = 'busy')
  into counting, tentative, is_unknown
  from checked;
  if is_unknown then
    return query select p_span, 3;
  elsif counting is not null then
    return query
      select unnest(range_agg(b.during)), 2 from external_busy b
      where b.host_id = p_host and b.during && p_span and b.calendar_id = any (counting)
        and (b.kind <> 'tentative' or b.calendar_id = any (tentative));
  end if;
end $$;

-- What is busy elsewhere decides about free times as reservations do. That a run saw it again changes nothing.
create trigger availability_by_insert after insert on external_busy
  referencing new table as changed for each statement execute function availability_changed('host_id');
create trigger availability_by_delete after delete on external_busy
  referencing old table as changed for each statement execute function availability_changed('host_id');
create function busy_changed() returns trigger language plpgsql as $$
begin
  perform raise_availability(array(
    select distinct c.host_id from changed c join was w using (calendar_id, external_id, during)
    where (c.host_id, c.kind) is distinct from (w.host_id, w.kind)));
  return null;
end $$;
create trigger availability_by_update after update on external_busy
  referencing old table as was new table as changed for each statement execute function busy_changed();

-- A worker looks at once at what has been chosen otherwise: it may be wanted now, or no longer.
create function look_at_calendar() returns trigger language plpgsql as $$
begin
  new.poll_at := '-infinity';
  new.channel_at := '-infinity';
  -- what is being read was to be kept otherwise
  new.run_id := null;
  return new;
end $$;
create trigger calendars_chosen before update of checks_conflicts, is_destination, keeps_titles on calendars
  for each row when ((old.checks_conflicts, old.is_destination, old.keeps_titles)
    is distinct from (new.checks_conflicts, new.is_destination, new.keeps_titles))
  execute function look_at_calendar();

create function look_at_type_calendars() returns trigger language plpgsql as $$
begin
  update calendars set poll_at = '-infinity', channel_at = '-infinity' where id in (select calendar_id from changed);
  return null;
end $$;
create trigger calendars_chosen_by_insert after insert on meeting_type_calendars
  referencing new table as changed for each statement execute function look_at_type_calendars();
create trigger calendars_chosen_by_update after update on meeting_type_calendars
  referencing new table as changed for each statement execute function look_at_type_calendars();
create trigger calendars_chosen_by_delete after delete on meeting_type_calendars
  referencing old table as changed for each statement execute function look_at_type_calendars();

-- Who lets us in no more is not known any longer, whoever found out; who does again is looked at at once.
create function connection_changed() returns trigger language plpgsql as $$
begin
  if old.status = 'needs_reauth' then
    update calendars set poll_at = '-infinity', channel_at = '-infinity' where connection_id = new.id;
  end if;
  perform raise_availability(array[new.user_id]);
  return null;
end $$;
create trigger connection_reauthorized after update of status on calendar_connections
  for each row when (old.status <> new.status and 'needs_reauth' in (old.status, new.status))
  execute function connection_changed();

-- migrate:down
drop trigger connection_reauthorized on calendar_connections;
drop function connection_changed();
drop trigger calendars_chosen_by_delete on meeting_type_calendars;
drop trigger calendars_chosen_by_update on meeting_type_calendars;
drop trigger calendars_chosen_by_insert on meeting_type_calendars;
drop function look_at_type_calendars();
drop trigger calendars_chosen on calendars;
drop function look_at_calendar();
drop trigger availability_by_update on external_busy;
drop function busy_changed();
drop trigger availability_by_delete on external_busy;
drop trigger availability_by_insert on external_busy;
drop function busy_elsewhere(uuid, uuid, tstzrange);
drop function promise_sync(uuid[], timestamptz);
drop function is_calendar_wanted(uuid, timestamptz);
drop index outbox_calendar_taken;
drop index outbox_calendar_lanes;
drop index one_sync_per_calendar;
create index calendar_channels_to_renew on calendar_channels (renew_at);
drop index calendar_channels_by_end;
drop index calendar_channels_to_close;
alter table calendar_channels drop column close_at;
drop trigger calendar_events_anew on calendar_events;
drop function forget_seen_event();
drop index calendar_events_ahead;
alter table calendar_events drop column seen_generation;
alter table calendar_connections drop column throttled_until;
create index calendars_by_user on calendars (user_id) where checks_conflicts;
drop index calendars_by_owner;
drop index calendars_failing;
drop index calendars_to_watch;
drop index calendars_to_poll;
alter table calendars drop column channel_at;
alter table calendars drop column poll_at;
alter table calendars drop column quiet_runs;
alter table calendars drop column run_id;
