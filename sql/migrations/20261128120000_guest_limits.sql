-- migrate:up
-- Addresses of one mailbox are one guest: what stands behind a + is for its reader only.
create function mailbox_of(p_email citext) returns text language sql immutable parallel safe as $$
  select lower(split_part(split_part(p_email::text, '@', 1), '+', 1) || '@' || split_part(p_email::text, '@', 2))
$$;
create index attendees_by_mailbox on attendees (mailbox_of(email), created_at);

drop function admit_guests(uuid, jsonb, timestamptz);

-- May these guests book this type? Refuses with guest_blocked, too_many_active, too_many_open or too_many_today.
-- Called before admit(): a guest's lock comes before those of the type and its hosts, for everybody.
-- Volatile, so that what the guest booked while we waited for his lock is seen here.
--   p_guests  [{"email"}], the one who books first; whom he brings is not counted against the type's own cap
--   p_most_open, p_most_per_day  how many coming bookings of the whole installation may name one mailbox, and how many
--     that were made within 24 hours, cancelled ones included: each has told it something; null is no limit
create function admit_guests(p_type uuid, p_guests jsonb, p_most_open int, p_most_per_day int, p_now timestamptz)
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

-- migrate:down
drop function admit_guests(uuid, jsonb, int, int, timestamptz);
-- May these guests book this type? Refuses with guest_blocked or too_many_active.
-- Called before admit(): a guest's lock comes before those of the type and its hosts, for everybody.
-- Volatile, so that what the guest booked while we waited for his lock is seen here.
--   p_guests  [{"email"}], the one who books first; whom he brings is not counted against a cap
create function admit_guests(p_type uuid, p_guests jsonb, p_now timestamptz) returns boolean language plpgsql as $$
declare
  hosts uuid[];
  most int;
  booker citext := p_guests -> 0 ->> 'email';
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
  if most is null then
    return true;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_type::text || ' ' || lower(booker::text), 0));
  if most <= (
    select count(*) from attendees a join bookings b on b.id = a.booking_id
    where a.email = booker and a.brought_by is null and a.status = 'ACTIVE' and b.meeting_type_id = p_type
      and lower(b.during) > p_now
      and (b.status = 'CONFIRMED' or b.status = 'PENDING' and (b.expires_at is null or b.expires_at > p_now)))
  then
    perform refuse('too_many_active');
  end if;
  return true;
end $$;
drop index attendees_by_mailbox;
drop function mailbox_of(citext);
