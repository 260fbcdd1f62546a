-- migrate:up
-- Where a guest writes from: what hosts are warned of and cancel by.
create function domain_of(p_email citext) returns text language sql immutable parallel safe as $$
  select lower(split_part(p_email::text, '@', 2))
$$;
create index attendees_by_domain on attendees (domain_of(email), created_at);

-- Which of these hosts should be warned that somebody fills his calendar: with this booking, five of the last hour from one
-- mailbox or fifteen from one domain, and no warning within that hour. Volatile and called after admit(): under the
-- hosts' locks nobody else warns them meanwhile.
--   p_guests  [{"email"}], the one who books first
create function flooded_hosts(p_hosts uuid[], p_guests jsonb, p_now timestamptz) returns uuid[] language plpgsql as $$
declare
  booker citext := p_guests -> 0 ->> 'email';
  host uuid;
  flooded uuid[] := '{}';
  of_mailbox int;
  of_domain int;
begin
  foreach host in array p_hosts loop
    -- a domain that everybody writes from sends many to others: the newest are enough to look at
    select count(*) filter (where mailbox_of(email) = mailbox_of(booker)), count(*) into of_mailbox, of_domain
    from (
      select a.booking_id, a.email from attendees a
      where domain_of(a.email) = domain_of(booker) and a.created_at > p_now - interval '1 hour' and a.brought_by is null
      order by a.created_at desc limit 200) newest
    -- each looked up by itself, not among all that the host ever had
    where (select true from booking_hosts h where h.booking_id = newest.booking_id and h.host_id = host);
    if (of_mailbox >= 4 or of_domain >= 14) and not exists (
      select from notifications n
      where n.user_id = host and n.type = 'BOOKINGS_FLOOD' and n.created_at > p_now - interval '1 hour')
    then
      flooded := flooded || host;
    end if;
  end loop;
  return flooded;
end $$;

-- migrate:down
drop function flooded_hosts(uuid[], jsonb, timestamptz);
drop index attendees_by_domain;
drop function domain_of(citext);
