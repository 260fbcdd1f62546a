-- migrate:up
-- An account is erased in two steps: its user is out at once, and what is his goes once everybody who must be told is.
alter table users add column erase_requested_at timestamptz, add column erased_at timestamptz,
  add check (erased_at is null or erase_requested_at is not null),
  add check (erase_requested_at is null or status <> 'ACTIVE');
create index users_to_erase on users (erase_requested_at) where erase_requested_at is not null and erased_at is null;

-- Somebody asked for a guest to be forgotten: himself, for one booking; or an administrator, for an address.
create table erasures (
  id uuid primary key,
  scope text not null check (scope in ('address', 'booking')),
  -- of whom; until it is done
  email citext,
  -- null: by the link of a booking
  requested_by uuid,
  requested_at timestamptz not null,
  -- how far clients' events were looked through
  events_until timestamptz,
  events_until_id uuid,
  are_events_done boolean not null default false,
  completed_at timestamptz,
  check ((completed_at is null) = (email is not null))
);
create unique index one_open_erasure on erasures (email) where scope = 'address' and completed_at is null;
create index erasures_to_complete on erasures (requested_at) where completed_at is null;

alter table attendees add column erasure_id uuid references erasures on delete set null, add column erased_at timestamptz;
create index attendees_to_erase on attendees (erasure_id) where erasure_id is not null and erased_at is null;
create index attendees_by_erasure on attendees (erasure_id) where erasure_id is not null;
create index attendees_by_companion on attendees (brought_by) where brought_by is not null;
-- since when nothing in it tells of a guest
alter table bookings add column forgotten_at timestamptz;
create index bookings_to_forget on bookings (upper(during)) where forgotten_at is null and meeting_type_id is not null;
create index booking_history_by_guest on booking_history (actor_id) where actor_kind = 'guest';
create index notifications_by_booking on notifications ((metadata ->> 'bookingId')) where metadata ->> 'bookingId' is not null;

-- When what is old was last looked for: one worker does it, once an hour.
create table retention_runs (
  name text primary key,
  next_at timestamptz not null
);
-- Rows lie about in the order of their age: an index of a few pages finds the old ones.
create index outbox_by_age on outbox using brin (created_at);
create index notifications_by_age on notifications using brin (created_at);
create index audit_by_age on audit_log using brin (created_at);
create index idempotency_keys_by_age on idempotency_keys using brin (created_at);
create index sessions_by_end on sessions (expires_at);

-- What a booking's history may keep of how it was, once nobody may be told from it.
create function without_words(p_was jsonb) returns jsonb language sql immutable as $$
  select jsonb_object_agg(key, value) from jsonb_each(p_was)
  where key in ('status', 'start', 'end', 'hosts', 'hostIds', 'attendeeIds')
$$;

-- Makes guests, and whom they brought along, nobody: how many. What else tells of them goes too; where a meeting has
-- others, what is everybody's stays. p_bookings: all of these, although their guests may have moved away.
create function forget_guests(p_attendees uuid[], p_bookings uuid[], p_now timestamptz) returns int
language plpgsql as $$
declare
  party uuid[];
  names text[];
  met uuid[];
  empty uuid[];
begin
  select array_agg(id), array_agg(name) into party, names from (
    select id, name from attendees
    where (id = any (p_attendees) or brought_by = any (p_attendees)) and erased_at is null
    order by id for update) as locked;
  party := coalesce(party, '{}');
  -- also where they sat before they moved
  met := array(
    select booking_id from attendees where id = any (party)
    union select booking_id from booking_history where actor_kind = 'guest' and actor_id = any (party)
    union select unnest(p_bookings));
  -- a meeting goes on without whom somebody else brought along
  update bookings b set seats_taken = b.seats_taken - gone.people, version = b.version + 1
  from (select a.booking_id, count(*)::int as people from attendees a
    where a.id = any (party) and a.brought_by is not null and a.brought_by <> all (party) and a.status = 'ACTIVE'
    group by a.booking_id) as gone
  where b.id = gone.booking_id and b.capacity > 1 and b.status in ('PENDING', 'CONFIRMED');
  update attendees a set name = 'Erased guest', email = a.id || '@erased.invalid', phone = null, answers = '[]',
    time_zone = 'UTC', locale = 'en', token_version = a.token_version + 1, erased_at = p_now,
    status = case when b.status in ('PENDING', 'CONFIRMED') and a.brought_by <> all (party)
      then 'CANCELLED' else a.status end
  from bookings b where a.id = any (party) and b.id = a.booking_id;
  empty := array(
    select b.id from bookings b where b.id = any (met)
      and not exists (select from attendees a where a.booking_id = b.id and a.erased_at is null)
    order by b.id for update);
  update bookings b set notes = null, host_notes = null, cancel_reason = null, tracking = '{}',
    title = coalesce((select t.title from meeting_types t where t.id = b.meeting_type_id), 'Meeting'),
    location = jsonb_build_object('type', b.location -> 'type', 'url', null, 'meetingId', null, 'password', null, 'details', null),
    version = b.version + 1, forgotten_at = coalesce(b.forgotten_at, p_now)
  where b.id = any (empty);
  -- who booked first brought the traces of how he came
  update bookings set tracking = '{}', version = version + 1
  where id = any (met) and id <> all (empty) and tracking <> '{}';
  update booking_history h set reason = null,
    was = case when h.booking_id = any (empty) then without_words(h.was) else h.was end
  where h.booking_id = any (met)
    and (h.booking_id = any (empty) or h.actor_kind = 'guest' and h.actor_id = any (party))
    and (h.reason is not null or h.was is not null);
  update notifications n set metadata = n.metadata - 'told' - 'email' - 'phone' - 'domain'
    || case when n.metadata ? 'guest' then '{"guest": null}' else '{}' end::jsonb
    || case when n.metadata ? 'by' then '{"by": null}' else '{}' end::jsonb
    || case when n.metadata ? 'title' then jsonb_build_object('title', b.title) else '{}' end
  from bookings b
  where b.id = any (met) and n.metadata ->> 'bookingId' = b.id::text
    and (b.id = any (empty) or n.metadata ->> 'guest' = any (names) or n.metadata ->> 'by' = any (names)
      or n.metadata ?| '{told,email,phone,domain}');
  delete from mailbox where id in (select id from outbox where booking_id = any (met));
  -- what providers and endpoints answered may repeat what they were told
  update deliveries set detail = null
  where outbox_id in (select id from outbox where booking_id = any (met)) and detail is not null;
  update webhook_attempts set response = null, error = null
  where outbox_id in (select id from outbox where booking_id = any (met)) and (response is not null or error is not null);
  update outbox set last_error = null where booking_id = any (met) and last_error is not null;
  -- whoever is nobody has no address
  update outbox set done_at = p_now, outcome = 'superseded'
  where attendee_id = any (party) and user_id is null and done_at is null;
  return cardinality(party);
end $$;

-- May he go? Locked until the statement ends; refused where he is the last administrator, or an organization would be
-- without its owner.
create function admit_erasure(p_user uuid) returns boolean language plpgsql as $$
begin
  perform lock_user(p_user, null, '{"status": "INACTIVE"}');
  if exists (select from organizations where owner_id = p_user and deleted_at is null) then
    perform refuse('owner_stays');
  end if;
  return exists (select from users where id = p_user and status = 'ACTIVE' and erase_requested_at is null);
end $$;

-- What such a user has begun before does not make an organization his afterwards.
create function refuse_erased_owner() returns trigger language plpgsql as $$
begin
  if exists (select from users where id = new.owner_id and erase_requested_at is not null) then
    perform refuse('account_inactive');
  end if;
  return null;
end $$;
create trigger organizations_of_erased after insert or update of owner_id on organizations
  for each row execute function refuse_erased_owner();

-- migrate:down
drop trigger organizations_of_erased on organizations;
drop function refuse_erased_owner();
drop function admit_erasure(uuid);
drop function forget_guests(uuid[], uuid[], timestamptz);
drop function without_words(jsonb);
drop index sessions_by_end;
drop index idempotency_keys_by_age;
drop index audit_by_age;
drop index notifications_by_age;
drop index outbox_by_age;
drop table retention_runs;
drop index notifications_by_booking;
drop index booking_history_by_guest;
drop index bookings_to_forget;
alter table bookings drop column forgotten_at;
drop index attendees_by_companion;
drop index attendees_by_erasure;
drop index attendees_to_erase;
alter table attendees drop column erased_at, drop column erasure_id;
drop table erasures;
drop index users_to_erase;
alter table users drop column erased_at, drop column erase_requested_at;
