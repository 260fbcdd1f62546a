-- migrate:up
-- How many coming bookings a guest has is counted when he books again. Who has come for years is not to be read through all
-- of them: when his meeting ends is kept beside his address. Null: it was over when this was first noted.
alter table attendees add column meets_until timestamptz;

create function note_meeting_end() returns trigger language plpgsql as $$
begin
  new.meets_until := (select upper(during) from bookings where id = new.booking_id);
  return new;
end $$;
create trigger attendees_meet before insert or update of booking_id on attendees
  for each row execute function note_meeting_end();

create function move_meeting_end() returns trigger language plpgsql as $$
begin
  update attendees set meets_until = upper(new.during)
  -- whose row is locked without his booking's is being forgotten: that begins with the guests, and a move must not wait for it
  where id in (select id from attendees where booking_id = new.id for no key update skip locked);
  return null;
end $$;
create trigger attendees_meet_later after update of during on bookings
  for each row when (old.during is distinct from new.during) execute function move_meeting_end();

-- only what is to come, which two small indexes know
update attendees a set meets_until = upper(b.during)
from bookings b where b.id = a.booking_id and b.status in ('PENDING', 'CONFIRMED') and upper(b.during) > now();
create index attendees_to_come on attendees (mailbox_of(email), meets_until) where status = 'ACTIVE';

create or replace function admit_guests(p_type uuid, p_guests jsonb, p_most_open int, p_most_per_day int, p_now timestamptz)
returns boolean language plpgsql as $$
declare
  hosts uuid[];
  most int;
  booker text := mailbox_of((p_guests -> 0 ->> 'email')::citext);
  mailboxes text[];
  mailbox text;
begin
  select array_agg(g.host_id) || t.owner_id, (t.policies ->> 'maxActivePerGuest')::int into hosts, most
  from meeting_types t left join group_hosts g on g.meeting_type_id = t.id where t.id = p_type group by t.id;
  -- most hosts block nobody, and then no address need be taken apart
  if exists (select from blocked_guests where user_id = any (hosts)) and exists (
    -- an address is blocked as it is, without its +tag, by its domain, and by every domain above that
    select from jsonb_array_elements(p_guests) g,
      lateral (select g ->> 'email' as email, split_part(g ->> 'email', '@', 1) as name,
        split_part(g ->> 'email', '@', 2) as domain) a,
      lateral (select string_to_array(a.domain, '.') as labels) d,
      lateral (select a.email union all select split_part(a.name, '+', 1) || '@' || a.domain
        union all select array_to_string(d.labels[i:], '.') from generate_subscripts(d.labels, 1) i) p(pattern)
    join blocked_guests b on b.user_id = any (hosts) and b.pattern = p.pattern::citext)
  then
    perform refuse('guest_blocked');
  end if;
  if most is null and p_most_open is null and p_most_per_day is null then
    return true;
  end if;
  -- in one order, for everybody
  mailboxes := array(select distinct mailbox_of((g ->> 'email')::citext) from jsonb_array_elements(p_guests) g order by 1);
  foreach mailbox in array mailboxes loop
    perform pg_advisory_xact_lock(hashtextextended('guest ' || mailbox, 0));
  end loop;
  if most <= (
    -- each looked up by itself: a join may be planned to begin with all that is confirmed, of everybody
    select count(*) from attendees a
    where mailbox_of(a.email) = booker and a.status = 'ACTIVE' and a.meets_until > p_now and a.brought_by is null and (
      select b.meeting_type_id = p_type and lower(b.during) > p_now
        and (b.status = 'CONFIRMED' or b.status = 'PENDING' and (b.expires_at is null or b.expires_at > p_now))
      from bookings b where b.id = a.booking_id))
  then
    perform refuse('too_many_active');
  end if;
  foreach mailbox in array mailboxes loop
    if p_most_per_day <= (
      select count(*) from attendees a
      where mailbox_of(a.email) = mailbox and a.created_at > p_now - interval '24 hours')
    then
      perform refuse('too_many_today');
    end if;
    if p_most_open <= (
      select count(*) from attendees a
      where mailbox_of(a.email) = mailbox and a.status = 'ACTIVE' and a.meets_until > p_now and (
        select lower(b.during) > p_now
          and (b.status = 'CONFIRMED' or b.status = 'PENDING' and (b.expires_at is null or b.expires_at > p_now))
        from bookings b where b.id = a.booking_id))
    then
      perform refuse('too_many_open');
    end if;
  end loop;
  return true;
end $$;

-- One plan does for every host and guest. With statistics of big tables the planner takes plans of its own for each call to
-- be cheaper, and makes them anew each time, which takes longer than they run.
alter function admit_guests(uuid, jsonb, int, int, timestamptz) set plan_cache_mode = force_generic_plan;
alter function admit(uuid, int, tstzrange, tstzrange, jsonb, jsonb, uuid, boolean, timestamptz, boolean)
  set plan_cache_mode = force_generic_plan;
alter function flooded_hosts(uuid[], jsonb, timestamptz) set plan_cache_mode = force_generic_plan;

-- migrate:down
alter function flooded_hosts(uuid[], jsonb, timestamptz) reset plan_cache_mode;
alter function admit(uuid, int, tstzrange, tstzrange, jsonb, jsonb, uuid, boolean, timestamptz, boolean)
  reset plan_cache_mode;
create or replace function admit_guests(p_type uuid, p_guests jsonb, p_most_open int, p_most_per_day int, p_now timestamptz)
returns boolean language plpgsql as $$
declare
  hosts uuid[];
  most int;
  booker text := mailbox_of((p_guests -> 0 ->> 'email')::citext);
  mailboxes text[];
  mailbox text;
begin
  select array_agg(g.host_id) || t.owner_id, (t.policies ->> 'maxActivePerGuest')::int into hosts, most
  from meeting_types t left join group_hosts g on g.meeting_type_id = t.id where t.id = p_type group by t.id;
  -- most hosts block nobody, and then no address need be taken apart
  if exists (select from blocked_guests where user_id = any (hosts)) and exists (
    -- an address is blocked as it is, without its +tag, by its domain, and by every domain above that
    select from jsonb_array_elements(p_guests) g,
      lateral (select g ->> 'email' as email, split_part(g ->> 'email', '@', 1) as name,
        split_part(g ->> 'email', '@', 2) as domain) a,
      lateral (select string_to_array(a.domain, '.') as labels) d,
      lateral (select a.email union all select split_part(a.name, '+', 1) || '@' || a.domain
        union all select array_to_string(d.labels[i:], '.') from generate_subscripts(d.labels, 1) i) p(pattern)
    join blocked_guests b on b.user_id = any (hosts) and b.pattern = p.pattern::citext)
  then
    perform refuse('guest_blocked');
  end if;
  if most is null and p_most_open is null and p_most_per_day is null then
    return true;
  end if;
  -- in one order, for everybody
  mailboxes := array(select distinct mailbox_of((g ->> 'email')::citext) from jsonb_array_elements(p_guests) g order by 1);
  foreach mailbox in array mailboxes loop
    perform pg_advisory_xact_lock(hashtextextended('guest ' || mailbox, 0));
  end loop;
  if most <= (
    -- each looked up by itself: a join may be planned to begin with all that is confirmed, of everybody
    select count(*) from attendees a
    where mailbox_of(a.email) = booker and a.brought_by is null and a.status = 'ACTIVE' and (
      select b.meeting_type_id = p_type and lower(b.during) > p_now
        and (b.status = 'CONFIRMED' or b.status = 'PENDING' and (b.expires_at is null or b.expires_at > p_now))
      from bookings b where b.id = a.booking_id))
  then
    perform refuse('too_many_active');
  end if;
  foreach mailbox in array mailboxes loop
    if p_most_per_day <= (
      select count(*) from attendees a
      where mailbox_of(a.email) = mailbox and a.created_at > p_now - interval '24 hours')
    then
      perform refuse('too_many_today');
    end if;
    if p_most_open <= (
      select count(*) from attendees a
      where mailbox_of(a.email) = mailbox and a.status = 'ACTIVE' and (
        select lower(b.during) > p_now
          and (b.status = 'CONFIRMED' or b.status = 'PENDING' and (b.expires_at is null or b.expires_at > p_now))
        from bookings b where b.id = a.booking_id))
    then
      perform refuse('too_many_open');
    end if;
  end loop;
  return true;
end $$;
drop index attendees_to_come;
drop trigger attendees_meet_later on bookings;
drop function move_meeting_end();
drop trigger attendees_meet on attendees;
drop function note_meeting_end();
alter table attendees drop column meets_until;
