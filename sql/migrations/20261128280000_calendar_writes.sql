-- migrate:up
-- Which run writes a host's event of a booking at present, or with no host the booking's meeting at Zoom: what a run does
-- not find here any more it must not store. A row exists while one has the lease, and while there may be an event that
-- nobody has stored.
create table calendar_runs (
  booking_id uuid not null references bookings on delete cascade,
  host_id uuid references users on delete cascade,
  run uuid not null,
  leased_until timestamptz not null,
  -- where an event is being made, and which one it is: who made it may die before it is stored
  calendar_id uuid references calendars on delete set null,
  incarnation int,
  unique nulls not distinct (booking_id, host_id)
);
create index calendar_runs_by_host on calendar_runs (host_id);
create index calendar_runs_by_calendar on calendar_runs (calendar_id) where calendar_id is not null;

alter table calendar_events
  -- a digest of what was written: the same is not written again; null: write it whatever it shows
  add column shows text,
  -- of the meeting that was made with it
  add column meeting_state text check (meeting_state in ('pending', 'ready', 'failed')),
  add column meeting_url text;

-- A booking's meeting at Zoom. Zoom knows no ids of ours: what was asked for is written down before.
create table zoom_meetings (
  booking_id uuid primary key references bookings on delete cascade,
  -- in whose account there, by his address; null: in that of the application
  host_id uuid references users on delete set null,
  -- when it was asked for; until meeting_id is known it may have been made. Null: it surely was not
  asked_at timestamptz,
  meeting_id text,
  url text,
  password text,
  -- as of calendar_events
  shows text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index zoom_meetings_by_host on zoom_meetings (host_id) where host_id is not null;
create trigger zoom_meetings_updated before update on zoom_meetings
  for each row execute function touch_updated_at();

-- A mail that is held back for a while because the link of its meeting is being made.
alter table outbox add column awaits_meeting boolean not null default false;

-- A host is warned once per booking.
create unique index one_event_warning on notifications (user_id, (metadata ->> 'bookingId'), (metadata ->> 'reason'))
  where type = 'CALENDAR_EVENT_FAILED';

-- Into which calendar a host's bookings of a type are written: what he chose for the type, with anything chosen there, else for all.
create function destination_calendar(p_type uuid, p_user uuid) returns uuid language sql stable as $$
  select case when exists (
      select from meeting_type_calendars m join calendars c on c.id = m.calendar_id
      where m.meeting_type_id = p_type and c.user_id = p_user)
    then (select c.id from meeting_type_calendars m join calendars c on c.id = m.calendar_id
      where m.meeting_type_id = p_type and c.user_id = p_user and m.is_destination and c.can_write order by c.id limit 1)
    else (select c.id from calendars c where c.user_id = p_user and c.is_destination) end
$$;

-- A calendar as a run needs it to get in.
create function calendar_place(p_calendar uuid) returns jsonb language sql stable as $$
  select jsonb_build_object('calendarId', c.id, 'externalId', c.external_id, 'name', c.name, 'conferences', c.conferences,
    'connectionId', n.id, 'provider', n.provider, 'status', n.status)
  from calendars c join calendar_connections n on n.id = c.connection_id where c.id = p_calendar
$$;

-- Whether a booking's place is a meeting whose link is still to be made: a host may have given one of his own.
create function lacks_link(p_location jsonb) returns boolean language sql immutable as $$
  select p_location ->> 'type' in ('GOOGLE_MEET', 'MICROSOFT_TEAMS', 'ZOOM') and p_location ->> 'url' is null
    and coalesce(p_location ->> 'details', '') !~* 'https?://'
$$;

-- Whose calendar can make a booking's meeting: his with whose event it was made, else the organizer's, else another host's. Null: nobody's.
create function meeting_maker(p_booking uuid) returns uuid language sql stable as $$
  select h.host_id
  from bookings b join booking_hosts h on h.booking_id = b.id
    join calendars c on c.id = destination_calendar(b.meeting_type_id, h.host_id)
    join calendar_connections n on n.id = c.connection_id
    left join calendar_events e on e.booking_id = b.id and e.host_id = h.host_id and e.calendar_id = c.id
      and e.meeting_state in ('pending', 'ready')
  where b.id = p_booking and c.conferences ? case b.location ->> 'type'
    when 'GOOGLE_MEET' then 'google_meet' when 'MICROSOFT_TEAMS' then 'microsoft_teams' end
  order by e.booking_id is null, n.status = 'needs_reauth', h.host_id <> b.host_id, h.host_id
  limit 1
$$;

-- Promises that a booking's meeting at Zoom will be as the booking is. It is its organizer's, and names the booking as its subject.
create function promise_meeting(p_booking uuid, p_now timestamptz) returns uuid language sql as $$
  insert into outbox (id, queue, kind, booking_id, user_id, subject_id, due_at, created_at)
  select gen_random_uuid(), 'calendar-sync', 'calendar.write', id, host_id, id, p_now, p_now from bookings where id = p_booking
  returning id
$$;

-- Promises that a host's event of a booking will show what the booking is.
create function promise_event(p_booking uuid, p_host uuid, p_now timestamptz) returns uuid language sql as $$
  insert into outbox (id, queue, kind, booking_id, user_id, due_at, created_at)
  values (gen_random_uuid(), 'calendar-sync', 'calendar.write', p_booking, p_host, p_now, p_now)
  returning id
$$;

-- The hosts whose calendars a booking concerns: present ones, p_also, and who has an event of it.
create function calendar_hosts(p_booking uuid, p_type uuid, p_also jsonb) returns setof uuid language sql stable as $$
  select host_id from calendar_events where booking_id = p_booking
  union
  select h.id from (
    select host_id as id from booking_hosts where booking_id = p_booking
    union select h::uuid from jsonb_array_elements_text(case jsonb_typeof(p_also) when 'array' then p_also end) h
  ) h where destination_calendar(p_type, h.id) is not null
$$;

-- What is written into a booking's history is promised to the calendars that it concerns, so that no statement can forget.
-- Mails that would name a link wait for it, a minute at most.
create function promise_events() returns trigger language plpgsql as $$
declare
  zoomed uuid[];
begin
  zoomed := array(select b.id from changed c join bookings b on b.id = c.booking_id
    where b.location ->> 'type' = 'ZOOM' or exists (select from zoom_meetings z where z.booking_id = b.id));
  if cardinality(zoomed) = 0 and not exists (select from calendars) then
    return null;
  end if;
  -- who made the meeting is no host of it any more, and takes its link away
  update bookings b set location = b.location || '{"url": null, "meetingId": null, "password": null}'
  from changed c
  where b.id = c.booking_id and b.status = 'CONFIRMED' and c.event in ('rescheduled', 'reassigned') and exists (
    select from (select e.host_id, e.meeting_url as url from calendar_events e where e.booking_id = b.id
      union all select z.host_id, z.url from zoom_meetings z where z.booking_id = b.id) as made
    where made.url = b.location ->> 'url' and made.host_id is not null
      and not exists (select from booking_hosts h where h.booking_id = b.id and h.host_id = made.host_id));
  perform promise_event(c.booking_id, h.id, c.created_at)
  from changed c join bookings b on b.id = c.booking_id
    cross join lateral calendar_hosts(b.id, b.meeting_type_id, c.was -> 'hosts') as h(id)
  where told_to_calendars(c.event, b.status, b.awaits_guest);
  perform promise_meeting(c.booking_id, c.created_at)
  from changed c join bookings b on b.id = c.booking_id
  where b.id = any (zoomed) and told_to_calendars(c.event, b.status, b.awaits_guest);
  update outbox o set awaits_meeting = true, due_at = greatest(o.due_at, c.created_at + interval '1 minute')
  from changed c join bookings b on b.id = c.booking_id
  where o.booking_id = b.id and o.queue = 'emails' and o.done_at is null and o.attempts = 0 and not o.awaits_meeting
    and names_link(o.kind) and b.status = 'CONFIRMED' and lacks_link(b.location)
    and (b.location ->> 'type' = 'ZOOM' or meeting_maker(b.id) is not null);
  return null;
end $$;

-- Whether a change may concern calendars. A request is no event before it is confirmed, and nothing before its guest's word.
create function told_to_calendars(p_change text, p_status text, p_awaits_guest boolean) returns boolean
language sql immutable as $$
  select not p_awaits_guest and p_change not in ('completed', 'no_show', 'no_show_undone')
    and not (p_change in ('booked', 'verified') and p_status = 'PENDING')
$$;

-- Whether a mail of this kind tells where a meeting is to be.
create function names_link(p_kind text) returns boolean language sql immutable as $$
  select p_kind in ('BOOKING_CONFIRMATION', 'BOOKING_RESCHEDULED', 'BOOKING_REASSIGNED', 'BOOKING_PLACE_CHANGED', 'BOOKING_LINK')
$$;
create trigger calendars_of_bookings after insert on booking_history
  referencing new table as changed for each statement execute function promise_events();

-- An event names its guests: it must follow what becomes of their names, above all when they are erased.
create function promise_events_of_guests() returns trigger language plpgsql as $$
begin
  if not exists (select from calendar_events) and not exists (select from zoom_meetings) then
    return null;
  end if;
  perform promise_event(booking_id, host_id, at) from (
    select e.booking_id, e.host_id, max(coalesce(c.erased_at, now())) as at
    from changed c join before b on b.id = c.id join calendar_events e on e.booking_id = c.booking_id
    where (c.name, c.email, c.answers) is distinct from (b.name, b.email, b.answers)
    group by 1, 2) as concerned;
  return null;
end $$;
create trigger calendars_of_guests after update on attendees
  referencing old table as before new table as changed for each statement execute function promise_events_of_guests();

-- A host has chosen another calendar, for all his bookings or for a type: what is to come moves there.
create function promise_events_of_host(p_user uuid, p_type uuid) returns void language sql as $$
  insert into outbox (id, queue, kind, booking_id, user_id, due_at, created_at)
  select gen_random_uuid(), 'calendar-sync', 'calendar.write', b.id, p_user, now(), now()
  from booking_hosts h join bookings b on b.id = h.booking_id
  where h.host_id = p_user and b.status = 'CONFIRMED' and upper(b.during) > now()
    and (p_type is null or b.meeting_type_id = p_type)
    -- by a choice that is made of several changes, once
    and not exists (select from outbox o where o.booking_id = b.id and o.user_id = p_user and o.kind = 'calendar.write'
      and o.subject_id is null and o.done_at is null and o.created_at = now())
$$;
create function promise_events_of_choice() returns trigger language plpgsql as $$
declare
  chosen record := coalesce(new, old);
begin
  if tg_table_name = 'calendars' then
    perform promise_events_of_host(chosen.user_id, null);
  else
    perform promise_events_of_host(c.user_id, chosen.meeting_type_id) from calendars c where c.id = chosen.calendar_id;
  end if;
  return null;
end $$;
create trigger events_of_new_destination after insert on calendars
  for each row when (new.is_destination) execute function promise_events_of_choice();
create trigger events_of_destination after update on calendars
  for each row when (old.is_destination <> new.is_destination) execute function promise_events_of_choice();
create trigger events_of_new_choice after insert on meeting_type_calendars
  for each row execute function promise_events_of_choice();
create trigger events_of_choice after update on meeting_type_calendars
  for each row when (old.is_destination <> new.is_destination) execute function promise_events_of_choice();
create trigger events_of_lost_choice after delete on meeting_type_calendars
  for each row execute function promise_events_of_choice();

-- Who is let in again goes on with what waited.
create function resume_events() returns trigger language plpgsql as $$
begin
  update outbox set due_at = created_at
  where user_id = new.user_id and queue = 'calendar-sync' and kind = 'calendar.write' and done_at is null
    and taken_until is null and last_error is not null;
  return null;
end $$;
create trigger events_resume after update on calendar_connections
  for each row when (old.status = 'needs_reauth' and new.status <> 'needs_reauth') execute function resume_events();

-- The mails that waited for a link go out.
create function release_mails(p_booking uuid, p_now timestamptz) returns int language sql as $$
  with released as (
    update outbox set awaits_meeting = false, due_at = least(due_at, p_now)
    where booking_id = p_booking and awaits_meeting and done_at is null
    returning id
  )
  select count(*)::int from released
$$;

-- The link of a booking's meeting: it is written into its place, where none but p_old stands there. Who was told without it
-- is told again, by an invitation of the next sequence; who was not reads it in the mail that waited. The version stays:
-- nobody has to read a booking anew because it got its link. To how many calendars it is promised.
create function give_link(p_booking uuid, p_old text, p_place jsonb, p_from uuid, p_now timestamptz) returns int
language plpgsql as $$
declare
  b record;
  is_told boolean;
  promised int;
begin
  update bookings set location = location || p_place
  where id = p_booking and status = 'CONFIRMED' and (location ->> 'url' is null or location ->> 'url' = p_old)
    and lacks_link(location || '{"url": null}')
    and location is distinct from location || p_place
  returning id, meeting_type_id, sequence into b;
  if not found then
    perform release_mails(p_booking, p_now);
    return 0;
  end if;
  is_told := exists (select from outbox o where o.booking_id = p_booking and o.queue = 'emails' and o.sequence = b.sequence
    and names_link(o.kind) and case when o.done_at is null then o.attempts > 0 else o.outcome = 'done' end);
  if is_told then
    update bookings set sequence = sequence + 1 where id = p_booking;
    update outbox set sequence = b.sequence + 1
    where booking_id = p_booking and done_at is null and sequence = b.sequence
      and (queue in ('reminders', 'sms') or kind in ('BOOKING_REMINDER', 'BOOKING_FOLLOW_UP') or awaits_meeting);
    insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at, created_at)
    select gen_random_uuid(), 'emails', 'BOOKING_LINK', p_booking, b.sequence + 1, told.attendee_id, told.user_id, p_now, p_now
    from (select a.id as attendee_id, null::uuid as user_id from attendees a
        where a.booking_id = p_booking and a.status = 'ACTIVE' and a.erased_at is null
      union all select null, h.host_id from booking_hosts h where h.booking_id = p_booking) as told
    -- whose mail still waits reads the link there
    where not exists (select from outbox o where o.booking_id = p_booking and o.awaits_meeting and o.done_at is null
      and o.attendee_id is not distinct from told.attendee_id and o.user_id is not distinct from told.user_id);
  end if;
  perform release_mails(p_booking, p_now);
  select count(promise_event(p_booking, h.id, p_now)) into promised
  from calendar_hosts(p_booking, b.meeting_type_id, null) as h(id) where h.id is distinct from p_from;
  return promised;
end $$;

-- The meeting is gone with what made it, and its link with it. Where others can make another they are promised to.
create function take_link(p_booking uuid, p_url text, p_now timestamptz) returns int language plpgsql as $$
declare
  b record;
  promised int := 0;
begin
  update bookings set location = location || '{"url": null, "meetingId": null, "password": null}'
  where id = p_booking and location ->> 'url' = p_url
  returning id, meeting_type_id, status into b;
  if found and b.status = 'CONFIRMED' then
    select count(promise_event(p_booking, h.id, p_now)) into promised
    from calendar_hosts(p_booking, b.meeting_type_id, null) as h(id);
  end if;
  return promised;
end $$;

-- What notifications say of a booking.
create function event_facts(p_booking uuid) returns jsonb language sql stable as $$
  select jsonb_build_object('bookingId', b.id, 'title', b.title, 'start', lower(b.during), 'guest',
      -- of several guests none
      (select case when count(*) = 1 then min(name) end from attendees a
        where a.booking_id = b.id and a.status = 'ACTIVE' and a.brought_by is null))
    || case when b.meeting_type_id is null then '{"isPersonal": true}' else '{}' end::jsonb
  from bookings b where b.id = p_booking
$$;

-- Warns the hosts of a booking, or one of them, of what became of its event; once.
create function warn_of_event(p_booking uuid, p_host uuid, p_reason text, p_now timestamptz) returns int language sql as $$
  with warned as (
    insert into notifications (id, user_id, type, metadata, created_at)
    select gen_random_uuid(), h.host_id, 'CALENDAR_EVENT_FAILED', event_facts(b.id) || jsonb_build_object('reason', p_reason), p_now
    from bookings b join booking_hosts h on h.booking_id = b.id
    where b.id = p_booking and (p_host is null or h.host_id = p_host)
    on conflict do nothing
    returning id
  )
  select count(*)::int from warned
$$;

-- A host has moved or deleted the event in his calendar: he is asked what he wants, once. What he does before he has
-- answered changes the question; the mail waits until he has let go of it.
create function ask_of_drift() returns trigger language plpgsql as $$
declare
  kind text := 'CALENDAR_EVENT_' || upper(new.drift);
begin
  if new.drift is null then
    -- answered, one way or another
    update notifications set is_read = true
    where user_id = old.host_id and not is_read and metadata ->> 'bookingId' = old.booking_id::text
      and type in ('CALENDAR_EVENT_MOVED', 'CALENDAR_EVENT_DELETED');
    return null;
  end if;
  update notifications set type = kind, is_read = false,
    metadata = event_facts(new.booking_id) || jsonb_strip_nulls(jsonb_build_object('to', lower(new.drifted_to)))
  where old.drift is not null and id = (
    select id from notifications
    where user_id = new.host_id and metadata ->> 'bookingId' = new.booking_id::text
      and type in ('CALENDAR_EVENT_MOVED', 'CALENDAR_EVENT_DELETED')
    order by created_at desc, id desc limit 1);
  if not found then
    insert into notifications (id, user_id, type, metadata, created_at)
    values (gen_random_uuid(), new.host_id, kind,
      event_facts(new.booking_id) || jsonb_strip_nulls(jsonb_build_object('to', lower(new.drifted_to))), new.drifted_at);
  end if;
  if old.drift is distinct from new.drift then
    insert into outbox (id, queue, kind, booking_id, user_id, due_at, created_at)
    values (gen_random_uuid(), 'emails', kind, new.booking_id, new.host_id, new.drifted_at + interval '2 minutes', new.drifted_at);
  end if;
  return null;
end $$;
create trigger drift_is_asked_about after update on calendar_events
  for each row when ((old.drift, old.drifted_to) is distinct from (new.drift, new.drifted_to))
  execute function ask_of_drift();
create trigger drift_is_moot after delete on calendar_events
  for each row when (old.drift is not null) execute function ask_of_drift();

-- migrate:down
delete from outbox where kind in ('calendar.write', 'BOOKING_LINK', 'CALENDAR_EVENT_MOVED', 'CALENDAR_EVENT_DELETED');
delete from notifications where type in ('CALENDAR_EVENT_FAILED', 'CALENDAR_EVENT_MOVED', 'CALENDAR_EVENT_DELETED');
drop trigger drift_is_moot on calendar_events;
drop trigger drift_is_asked_about on calendar_events;
drop function ask_of_drift();
drop function warn_of_event(uuid, uuid, text, timestamptz);
drop function event_facts(uuid);
drop function take_link(uuid, text, timestamptz);
drop function give_link(uuid, text, jsonb, uuid, timestamptz);
drop function release_mails(uuid, timestamptz);
drop trigger events_resume on calendar_connections;
drop function resume_events();
drop trigger events_of_lost_choice on meeting_type_calendars;
drop trigger events_of_choice on meeting_type_calendars;
drop trigger events_of_new_choice on meeting_type_calendars;
drop trigger events_of_destination on calendars;
drop trigger events_of_new_destination on calendars;
drop function promise_events_of_choice();
drop function promise_events_of_host(uuid, uuid);
drop trigger calendars_of_guests on attendees;
drop function promise_events_of_guests();
drop trigger calendars_of_bookings on booking_history;
drop function names_link(text);
drop function told_to_calendars(text, text, boolean);
drop function promise_events();
drop function calendar_hosts(uuid, uuid, jsonb);
drop function promise_event(uuid, uuid, timestamptz);
drop function promise_meeting(uuid, timestamptz);
drop function meeting_maker(uuid);
drop function lacks_link(jsonb);
drop function calendar_place(uuid);
drop function destination_calendar(uuid, uuid);
drop index one_event_warning;
alter table outbox drop column awaits_meeting;
drop table zoom_meetings;
alter table calendar_events drop column meeting_url, drop column meeting_state, drop column shows;
drop table calendar_runs;
